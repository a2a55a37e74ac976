import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const SECOND_MS = 1000;

/**
 * Shows how long a timer has been running. It only looks: the start is in the database, so that a closed browser loses
 * nothing.
 */
export class JobTimer extends Component {
    static template = "jobtrack_support.JobTimer";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({now: DateTime.now()});
        onMounted(() => {
            this.ticking = setInterval(() => {
                this.state.now = DateTime.now();
            }, SECOND_MS);
        });
        onWillUnmount(() => clearInterval(this.ticking));
    }

    get elapsed() {
        const start = this.props.record.data[this.props.name];
        if (!start) {
            return "";
        }
        const milliseconds = Math.max(this.state.now.toMillis() - start.toMillis(), 0);
        return luxon.Duration.fromMillis(milliseconds).toFormat("h:mm:ss");
    }
}

registry.category("fields").add("jobtrack_timer", {
    component: JobTimer,
    supportedTypes: ["datetime"],
});
