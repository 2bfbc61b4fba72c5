using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Pipelines;

/// <summary>Steps and what they depend on: the step that was asked for runs after all it needs, independent ones side by side.</summary>
internal sealed class DistributedApplicationPipeline : IDistributedApplicationPipeline
{
    private readonly List<PipelineStep> _steps =
    [
        Anchor(WellKnownPipelineSteps.BeforeStart),
        Anchor(WellKnownPipelineSteps.ProcessParameters, requiredBy: [WellKnownPipelineSteps.DeployPrereq, WellKnownPipelineSteps.BuildPrereq, WellKnownPipelineSteps.PublishPrereq]),
        Anchor(WellKnownPipelineSteps.BuildPrereq),
        Anchor(WellKnownPipelineSteps.Build, dependsOn: [WellKnownPipelineSteps.BuildPrereq]),
        Anchor(WellKnownPipelineSteps.PublishPrereq),
        Anchor(WellKnownPipelineSteps.Publish, dependsOn: [WellKnownPipelineSteps.PublishPrereq]),
        Anchor(WellKnownPipelineSteps.DeployPrereq),
        Anchor(WellKnownPipelineSteps.Deploy, dependsOn: [WellKnownPipelineSteps.DeployPrereq]),
    ];

    public void AddStep(string name, Func<PipelineStepContext, Task> action, object? dependsOn = null, object? requiredBy = null) =>
        AddStep(new PipelineStep { Name = name, Action = action, DependsOnSteps = Names(dependsOn, nameof(dependsOn)), RequiredBySteps = Names(requiredBy, nameof(requiredBy)) });

    public void AddStep(PipelineStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (_steps.Any(s => s.Name == step.Name))
        {
            throw new InvalidOperationException($"A step with the name '{step.Name}' has already been added to the pipeline.");
        }

        _steps.Add(step);
    }

    public async Task ExecuteAsync(PipelineContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = StepOrder.Resolve(_steps, context.Services.GetService<IOptions<PipelineOptions>>()?.Value.Step);
        var running = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (var step in order)
        {
            // StepOrder lists what a step needs before the step itself.
            Task[] needed = [.. step.DependsOnSteps.Select(name => running[name])];
            running[step.Name] = Task.Run(() => RunAfterAsync(needed, step, context));
        }

        await Task.WhenAll(running.Values).ConfigureAwait(false);
    }

    private static async Task RunAfterAsync(Task[] needed, PipelineStep step, PipelineContext context)
    {
        await Task.WhenAll(needed).ConfigureAwait(false);
        var reporting = new ReportingStep(step.Name, context.Logger);
        try
        {
            await step.Action(new PipelineStepContext { PipelineContext = context, ReportingStep = reporting }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A DistributedApplicationException says all there is to say; the trace of anything else helps to find it.
            PipelineLog.StepFailed(context.Logger, step.Name, e is DistributedApplicationException ? null : e);
            if (e is DistributedApplicationException)
            {
                throw;
            }

            throw new InvalidOperationException($"Step '{step.Name}' failed: {e.Message}", e);
        }
    }

    private static PipelineStep Anchor(string name, string[]? dependsOn = null, string[]? requiredBy = null) =>
        new() { Name = name, Action = static _ => Task.CompletedTask, DependsOnSteps = [.. dependsOn ?? []], RequiredBySteps = [.. requiredBy ?? []] };

    private static List<string> Names(object? names, string parameter) => names switch
    {
        null => [],
        string name => [name],
        IEnumerable<string> many => [.. many],
        _ => throw new ArgumentException($"The {parameter} parameter must be a string or IEnumerable<string>, but was {names.GetType().Name}.", parameter),
    };
}

/// <summary>Which steps run for the one that was asked for, each after those it depends on.</summary>
internal static class StepOrder
{
    public static IReadOnlyList<PipelineStep> Resolve(IReadOnlyCollection<PipelineStep> steps, string? target)
    {
        var byName = steps.ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (step.DependsOnSteps.Find(name => !byName.ContainsKey(name)) is { } missing)
            {
                throw new InvalidOperationException($"Step '{step.Name}' depends on unknown step '{missing}'");
            }

            if (step.RequiredBySteps.Find(name => !byName.ContainsKey(name)) is { } unknown)
            {
                throw new InvalidOperationException($"Step '{step.Name}' is required by unknown step '{unknown}'");
            }
        }

        foreach (var (step, requirer) in steps.SelectMany(s => s.RequiredBySteps.Select(r => (s, byName[r]))))
        {
            if (!requirer.DependsOnSteps.Contains(step.Name))
            {
                requirer.DependsOnSteps.Add(step.Name);
            }
        }

        if (!string.IsNullOrWhiteSpace(target) && !byName.ContainsKey(target))
        {
            throw new InvalidOperationException($"Step '{target}' not found in pipeline. Available steps: {string.Join(", ", steps.Select(s => $"'{s.Name}'"))}");
        }

        var order = new List<PipelineStep>();
        var state = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var name in string.IsNullOrWhiteSpace(target) ? steps.Select(s => s.Name) : [target])
        {
            Visit(name, []);
        }

        return order;

        void Visit(string name, List<string> path)
        {
            if (state.TryGetValue(name, out var done))
            {
                if (!done)
                {
                    throw new InvalidOperationException($"Circular dependency detected in pipeline steps: {string.Join(" -> ", path.SkipWhile(n => n != name).Append(name))}");
                }

                return;
            }

            state[name] = false;
            path.Add(name);
            foreach (var dependency in byName[name].DependsOnSteps)
            {
                Visit(dependency, path);
            }

            path.RemoveAt(path.Count - 1);
            state[name] = true;
            order.Add(byName[name]);
        }
    }
}
