using System.Globalization;
using Ips.Policies;
using Microsoft.Extensions.Configuration;

namespace Ips.Platform.Decisions;

/// <summary>
/// <c>simulate-policies</c>: takes every stored decision of a program again under the packs in force and under a draft, and prints who would get another answer, on
/// which rule, and what moves in money and days. It reads only. It prints names of resources, rules, verdicts and sums, never a fact or a reason.
/// </summary>
/// <remarks>
/// <c>--program ID</c> and <c>--change FILE</c> are required: FILE replaces the pack file of the same path. <c>--since DAY</c> takes the decisions recorded from that
/// day on, UTC. <c>--list N</c> names the first N subjects, default 100.
/// </remarks>
public sealed class SimulatePolicies(ComparedDecisions compared, IConfiguration configuration) : IServiceCommand
{
    private const int Listed = 100;

    /// <inheritdoc/>
    public string Name => "simulate-policies";

    /// <inheritdoc/>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        var (program, change) = (configuration["program"] ?? "", configuration["change"] ?? "");
        if (!PolicyEngine.Shipped.Programs.ContainsKey(program) || !File.Exists(change))
        {
            return await Refuse("--program and --change are needed: one of "
                + $"{string.Join(", ", PolicyEngine.Shipped.Programs.Keys.Order(StringComparer.Ordinal))}, and the path of a draft of one of its pack files");
        }

        PolicyEngine draft;
        try
        {
            draft = new(PackReader.Read(PackFiles.With(PackFiles.Shipped(), program, change)));
        }
        catch (Exception bad) when (bad is InvalidDataException or BadPackException)
        {
            return await Refuse(bad.Message);
        }

        var since = DateTimeOffset.TryParse(configuration["since"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from) ? from : default;
        var report = await compared.Simulate(draft, program, since, progress: null, cancellationToken);
        report.Print(Console.Out, int.TryParse(configuration["list"], NumberStyles.None, CultureInfo.InvariantCulture, out var list) ? list : Listed);
        return 0;
    }

    // To the terminal and not to the log: a draft may be anything.
    private static async Task<int> Refuse(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return 2;
    }
}
