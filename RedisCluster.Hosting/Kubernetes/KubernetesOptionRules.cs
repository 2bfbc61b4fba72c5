using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>What the options may be. Kubernetes would refuse the rest as well, but later and elsewhere.</summary>
internal static partial class KubernetesOptionRules
{
    private const int LongestName = 63;
    private static readonly TimeSpan ShortestGracePeriod = TimeSpan.FromSeconds(15);

    public static void Check(string resource, RedisClusterKubernetesOptions options)
    {
        Name(resource, nameof(options.Namespace), options.Namespace);
        Quantity(resource, nameof(options.StorageSize), options.StorageSize ?? "");
        Resources(resource, options.Resources);
        if (options.TerminationGracePeriod < ShortestGracePeriod)
        {
            throw new ArgumentException($"{resource}: TerminationGracePeriod is {options.TerminationGracePeriod}; a node takes {ShortestGracePeriod.TotalSeconds} s at least to hand over and stop.");
        }

        Text(resource, nameof(options.ImageTag), options.ImageTag, TagText(), "letters, digits, dots, hyphens and underscores");
        if (options.ImageRegistry is { Length: > 0 } registry)
        {
            Text(resource, nameof(options.ImageRegistry), registry, RegistryText(), "a host with a path as in ghcr.io/me, without https://");
        }

        if (options.StorageClassName is { } storageClass)
        {
            Text(resource, nameof(options.StorageClassName), storageClass, SubdomainText(), "lower-case letters, digits, hyphens and dots");
        }

        Labels(resource, nameof(options.NodeSelector), options.NodeSelector);
    }

    public static void Check(string resource, KubernetesDeploymentOptions options)
    {
        if (options.ServiceName is { } service)
        {
            Name(resource, nameof(options.ServiceName), service);
        }

        if (options.ServicePort is < 1 or > ushort.MaxValue)
        {
            throw new ArgumentException($"{resource}: ServicePort is {options.ServicePort}; it has to be between 1 and 65535.");
        }

        if (options.Replicas < 1)
        {
            throw new ArgumentException($"{resource}: Replicas is {options.Replicas}; it has to be 1 or more.");
        }

        if (options.TerminationGracePeriod < TimeSpan.Zero)
        {
            throw new ArgumentException($"{resource}: TerminationGracePeriod is {options.TerminationGracePeriod}.");
        }

        foreach (var secret in options.RandomSecrets.Values)
        {
            Name(resource, nameof(options.RandomSecrets), secret);
        }

        Labels(resource, nameof(options.NodeSelector), options.NodeSelector);
        Resources(resource, options.Resources);
    }

    /// <summary>Whether objects of Kubernetes can have a resource's name, and pods be called by it.</summary>
    public static bool IsName(string? name) => name is { Length: <= LongestName } && NameText().IsMatch(name);

    /// <summary>A quantity in whole units: bytes where it is memory.</summary>
    public static long ValueOf(string quantity)
    {
        var match = QuantityText().Match(quantity);
        var number = decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return (long)(number * match.Groups[2].Value switch
        {
            "" => 1m,
            "m" => 0.001m,
            "k" => 1e3m,
            "M" => 1e6m,
            "G" => 1e9m,
            "T" => 1e12m,
            "Ki" => 1024m,
            "Mi" => 1048576m,
            "Gi" => 1073741824m,
            _ => 1099511627776m,
        });
    }

    private static void Resources(string resource, KubernetesComputeResources resources)
    {
        Quantity(resource, nameof(resources.CpuRequest), resources.CpuRequest);
        Quantity(resource, nameof(resources.MemoryRequest), resources.MemoryRequest);
        Quantity(resource, nameof(resources.CpuLimit), resources.CpuLimit);
        Quantity(resource, nameof(resources.MemoryLimit), resources.MemoryLimit);
    }

    private static void Name(string resource, string option, string? value)
    {
        if (!IsName(value))
        {
            throw new ArgumentException($"{resource}: {option} is '{value}'; it has to be lower-case letters, digits and hyphens, {LongestName} at most, a letter first.");
        }
    }

    private static void Text(string resource, string option, string? value, Regex rule, string what)
    {
        if (value is null || !rule.IsMatch(value))
        {
            throw new ArgumentException($"{resource}: {option} is '{value}'; it has to be {what}.");
        }
    }

    private static void Labels(string resource, string option, IEnumerable<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
        {
            Text(resource, option, $"{name}={value}", LabelText(), "a label as in type=other");
        }
    }

    private static void Quantity(string resource, string option, string? value)
    {
        if (value is not null && !QuantityText().IsMatch(value))
        {
            throw new ArgumentException($"{resource}: {option} is '{value}'; it has to be a quantity of Kubernetes such as 100m, 256Mi or 5Gi.");
        }
    }

    [GeneratedRegex("^([0-9]{1,12}(?:\\.[0-9]{1,3})?)(m|k|M|G|T|Ki|Mi|Gi|Ti|)$", RegexOptions.CultureInvariant)]
    private static partial Regex QuantityText();

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameText();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagText();

    [GeneratedRegex("^[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._-]+)*/?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegistryText();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainText();

    [GeneratedRegex("^([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelText();
}
