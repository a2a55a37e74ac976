import {_t} from "@web/core/l10n/translation";
import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {useService} from "@web/core/utils/hooks";

const RUN = "jobtrack.billing.run";
const LOOK_EVERY_MS = 2000;
const LOOK_AGAIN_MS = 6000;
const PREVIEW_IS_OLD_MS = 60000;

/**
 * Keeps the screen of a billing run up to date: makes an old preview anew, and shows a bar while the run goes on.
 * It asks every two seconds until nothing is left to do, and goes on asking when the server does not answer.
 */
export class RunProgress extends Component {
    static template = "jobtrack_support.RunProgress";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({isShown: false, isLost: false, done: 0, total: 0, share: 0});
        // Only what is on the screen asks the server: Odoo prepares some components that it never shows.
        this.isHere = false;
        useRecordObserver((record) => this.follow(record));
        onMounted(() => {
            this.isHere = true;
            this.follow(this.props.record);
        });
        onWillUnmount(() => {
            this.isHere = false;
            this.stop();
        });
    }

    get words() {
        return _t("%(done)s of %(total)s accounts", {
            done: this.state.done,
            total: this.state.total,
        });
    }

    follow(record) {
        const {state, may_refresh: mayRefresh, preview_date: made} = record.data;
        if (!this.isHere || !record.resId) {
            return;
        }
        if (state === "running") {
            this.wait(0);
        } else {
            this.stop();
            this.state.isShown = false;
        }
        const isOld = !made || Date.now() - made.toMillis() > PREVIEW_IS_OLD_MS;
        if (mayRefresh && isOld && this.refreshed !== record.resId) {
            this.refreshed = record.resId;
            this.refresh(record);
        }
    }

    async refresh(record) {
        await this.orm.silent.call(RUN, "refresh_preview", [[record.resId]]);
        if (this.isHere) {
            await record.load();
        }
    }

    stop() {
        clearTimeout(this.timer);
        this.timer = undefined;
    }

    wait(milliseconds) {
        if (this.isHere) {
            this.stop();
            this.timer = setTimeout(() => this.look(), milliseconds);
        }
    }

    async look() {
        const {record} = this.props;
        try {
            const told = await this.orm.silent.call(RUN, "progress", [[record.resId]]);
            this.state.isLost = false;
            await this.show(told, record);
        } catch {
            this.state.isLost = true;
            this.wait(LOOK_AGAIN_MS);
        }
    }

    async show(told, record) {
        Object.assign(this.state, {
            isShown: told.is_going,
            done: told.done,
            total: told.total,
            share: told.share,
        });
        const isNews =
            told.state !== record.data.state || told.problems !== record.data.problem_count;
        if (told.is_going) {
            this.wait(LOOK_EVERY_MS);
        }
        if (this.isHere && (isNews || (this.wasGoing && !told.is_going))) {
            this.wasGoing = told.is_going;
            await record.load();
        }
        this.wasGoing = told.is_going;
    }
}

export const runProgress = {
    component: RunProgress,
    fieldDependencies: [
        {name: "state", type: "selection"},
        {name: "may_refresh", type: "boolean"},
        {name: "preview_date", type: "datetime"},
        {name: "problem_count", type: "integer"},
    ],
};

registry.category("view_widgets").add("jobtrack_run_progress", runProgress);
