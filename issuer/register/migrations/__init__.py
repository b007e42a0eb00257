"""The register's migrations, one file a version."""
