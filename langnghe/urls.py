"""All addresses: the residents', the desk's, and those of other systems."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("langnghe.web.api.urls")),
    path("", include("langnghe.web.public.urls")),
    path("", include("langnghe.web.desk.urls")),
]
