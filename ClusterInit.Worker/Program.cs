using ClusterInit.Worker;

return await Initializer.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
