using NetBox.Tools.CommandLine;

return await NetBoxApp.RunAsync(args).ConfigureAwait(false);
