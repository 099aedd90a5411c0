"""All addresses: the residents', the desk's, and those of other systems."""

from django.urls import include, path

urlpatterns = [
    path("", include("langnghe.web.public.urls")),
    path("", include("langnghe.web.desk.urls")),
    path("api/", include("langnghe.web.api.urls")),
]
