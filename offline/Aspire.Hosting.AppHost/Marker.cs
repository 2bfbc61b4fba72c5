// The real package is build logic (AppHost.targets stands in for that) and brings Aspire.Hosting along: there is no public type in it.
