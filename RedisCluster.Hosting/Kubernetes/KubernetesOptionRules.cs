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
        Quantity(resource, nameof(options.StorageSize), options.StorageSize);
        Resources(resource, options.Resources);
        if (options.TerminationGracePeriod < ShortestGracePeriod)
        {
            throw new ArgumentException($"{resource}: TerminationGracePeriod is {options.TerminationGracePeriod}; a node takes {ShortestGracePeriod.TotalSeconds} s at least to hand over and stop.");
        }

        if (string.IsNullOrEmpty(options.ImageTag))
        {
            throw new ArgumentException($"{resource}: ImageTag is empty.");
        }
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

        Resources(resource, options.Resources);
    }

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

    private static void Name(string resource, string option, string value)
    {
        if (value.Length > LongestName || !NameText().IsMatch(value))
        {
            throw new ArgumentException($"{resource}: {option} is '{value}'; it has to be lower-case letters, digits and hyphens, {LongestName} at most, a letter first.");
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

    [GeneratedRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex NameText();
}
