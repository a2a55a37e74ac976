"""What the office does with jobs and accounts, as the oracle sees it: take back, take up again, decide on a dispute."""


class Office:
    """The part of an account's oracle for estimates that are withdrawn, disputes, and hours before payment."""

    # === JOBS ===

    @staticmethod
    def withdraw(job):
        """Take a version back that waits for an answer; time that it names goes on waiting."""
        if not job.asked:
            return False
        job.asked = None
        if job.state == "estimated":
            job.state = "requested"
        return True

    @staticmethod
    def reopen(job):
        """Take a job up again that was declined or cancelled: it needs an estimate like any other."""
        if job.state not in ("declined", "cancelled"):
            return False
        job.state = "requested"
        return True

    # === DISPUTES ===

    def lower(self, job, time, minutes, today):
        """Decide on a dispute by correcting an entry to fewer minutes."""
        if not 0 <= minutes < time.minutes:
            return False
        self.edit(job, time, minutes, today)
        job.disputed = False
        return True

    @staticmethod
    def free_beyond(job, time, minutes):
        """Decide on a dispute by making free what goes beyond some minutes of an entry.

        Parts that would count more than the whole are refused.

        :return: the entry that is free then, the same one when all of it is; None when it is refused
        """
        if not 0 <= minutes < time.minutes:
            return None
        part = time
        if minutes:
            part = job.part_of(time, time.minutes - minutes)
            if job.terms.entry(minutes, time.evening) + job.count(part) > job.count(time):
                return None
            time.minutes = minutes
            job.times.append(part)
        part.free = True
        job.disputed = False
        return part

    # === HOURS BEFORE PAYMENT ===

    def use_before_payment(self, may, today):
        """Give hours when their invoice is posted, or no longer: then what is not paid is taken back."""
        self.at_posting = may
        for pack in self.packs:
            if not (pack.is_purchase and pack.due):
                continue
            if may:
                self._settle(pack, today)
            elif pack.active:
                self.take_back(pack)
