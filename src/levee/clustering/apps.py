from django.apps import AppConfig


class ClusteringConfig(AppConfig):
    """Clustering."""

    name = "levee.clustering"
    label = "clustering"
