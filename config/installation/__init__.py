"""What the shipped installation is made of besides the product: certificates, the proxy's configuration, the database's doors and roles."""
