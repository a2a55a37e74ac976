{
    "name": "JobTrack Hosting Jobs",
    "summary": "Custom jobs that resellers show to their own customers",
    "version": "19.0.1.0.0",
    "category": "Services/Project",
    "author": "JobTrack",
    "license": "LGPL-3",
    "depends": ["jobtrack_support_portal"],
    "data": [
        "security/ir.model.access.csv",
        "data/jobtrack_hosting_welcome_data.xml",
        "views/jobtrack_hosting_welcome_views.xml",
        "views/jobtrack_hosting_menus.xml",
    ],
    "application": True,
}
