{
    "name": "JobTrack Support Portal",
    "summary": "What clients see and do: jobs, approvals, hours, ledger",
    "version": "19.0.1.0.0",
    "category": "Services/Project",
    "author": "JobTrack",
    "license": "LGPL-3",
    "depends": ["jobtrack_support"],
    "data": [],
}
