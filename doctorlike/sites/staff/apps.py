from django.contrib.admin.apps import AdminConfig


class CatalogueAdminConfig(AdminConfig):
    """Django's admin with the site of ours as its default: `@admin.register` of any room lands there."""

    default_site = "doctorlike.sites.staff.admin.CatalogueSite"
