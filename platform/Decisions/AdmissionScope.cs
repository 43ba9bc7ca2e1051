using System.Collections.Concurrent;
using Ips.Policies;
using Ips.Policies.Admission;

namespace Ips.Platform.Decisions;

/// <summary>What an answer about admission covers, for a program whose text prints one criterion only: a reader must not take it for a check of anything else.</summary>
public static class AdmissionScope
{
    private static readonly ConcurrentDictionary<Pack, string> Scopes = new();

    /// <summary>The sentence; empty for a program with several criteria, and for an unknown one.</summary>
    public static string Of(string program) => PolicyEngine.Shipped.Programs.GetValueOrDefault(program) is { } pack ? Of(pack) : "";

    /// <inheritdoc cref="Of(string)"/>
    public static string Of(Pack pack) => Scopes.GetOrAdd(pack, static p =>
        p.Rules.Where(r => r.In.Contains(AdmissionDecision.Kind.Name)).ToList() is [var only]
            ? $"The text of the program prints one criterion of admission, {only.Id.Value} ({only.Citation}), and it was checked. It prints no other: "
                + "no other fact of the person, such as age or a diagnosis, was checked."
            : "");
}
