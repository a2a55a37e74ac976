"""How many accounts a worker bills at once: as many as fit into the time for which it may lock them."""

FIRST = 10
SMALLEST, LARGEST = 5, 100
SECONDS = 1.0  # a client who approves meanwhile waits for less than two


def next_size(done, seconds, size):
    """Return the size of the next batch, from how long the last one took.

    :param int done: accounts in the last batch
    :param float seconds: from its locks to its commit
    :param int size: how many it could have had
    """
    if done < size and seconds < SECONDS:
        return size  # there were no more to take: it says nothing about a full one
    fits = int(done * SECONDS / max(seconds, 0.001))
    return max(SMALLEST, min(fits, 2 * size, LARGEST))
