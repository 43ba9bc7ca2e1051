using System.Globalization;
using System.Text.Json;
using Ips.SandboxCohort;

namespace Ips.AppHost;

/// <summary>
/// The cohort of a data directory. Its plan is stored before the services start for the first time, so that their first day is the cohort's first; a load
/// that was interrupted goes on at the next start.
/// </summary>
internal static class CohortLoad
{
    private const int Seed = 1;

    /// <summary>Stores the plan of a wanted cohort, and moves the clock to where its load begins or goes on.</summary>
    /// <exception cref="DistributedApplicationException">The data directory was used before without the cohort.</exception>
    public static void Plan(AppHostOptions options, TimeProvider machine)
    {
        // The services map the file when they start.
        using var clock = SandboxClock.Open(options.Data);
        if (options.Cohort == 0)
            return;
        if (Read(options.Data) is { } stored)
        {
            if (stored.Plan.People == options.Cohort && stored.Plan.Days == options.CohortDays)
                return;
            throw new DistributedApplicationException(string.Create(CultureInfo.InvariantCulture,
                $"{options.Data} has a cohort of {stored.Plan.People} people over {stored.Plan.Days} days. Leave --cohort away, or choose another directory with --data."));
        }

        if (File.Exists(Path.Combine(options.Data, "sandbox.json")) || Directory.Exists(options.DataOf("postgres")))
        {
            throw new DistributedApplicationException(
                $"{options.Data} was started without a cohort: its past is over. Choose a new directory with --data, or delete this one.");
        }

        var yesterday = DateOnly.FromDateTime(machine.GetUtcNow().UtcDateTime).AddDays(-1);
        CohortPlan plan = new(options.Cohort, options.CohortDays, yesterday, Seed);
        Write(options.Data, new(plan, Complete: false));
        clock.Value = new DateTimeOffset(yesterday.AddDays(-plan.Days), new(12, 0), TimeSpan.Zero) - machine.GetUtcNow();
    }

    /// <summary>Loads what is planned and not complete.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="address">The gRPC address of a service.</param>
    /// <param name="issuer">Signs the tokens of the organizations.</param>
    /// <param name="progress">Gets how far it is.</param>
    /// <param name="cancellationToken">Stops it; the next start continues.</param>
    /// <returns>What the cohort counted of itself; null when nothing was to load.</returns>
    public static async Task<Tally?> RunAsync(
        string data, Func<string, Uri> address, SandboxIssuer issuer, TextWriter progress, CancellationToken cancellationToken)
    {
        if (Read(data) is not { Complete: false } stored)
            return null;
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Cohort: {stored.Plan.People} people live through {stored.Plan.Days} days"));
        using var clock = SandboxClock.Open(data);
        using Cohort cohort = new(stored.Plan, data, address, Token, clock, progress, cancellationToken);
        try
        {
            await cohort.Load();
        }
        catch (CohortException refused)
        {
            throw new DistributedApplicationException(
                $"The cohort stopped: {refused.Message}. Choose a new directory with --data, or start with the same one to try again.", refused);
        }

        Write(data, stored with { Complete = true });
        return cohort.Count;

        string Token(string role, string organization) => issuer.Mint(new(role, organization, "sandbox-cohort", 24), TimeProvider.System);
    }

    private static string FileIn(string data) => Path.Combine(data, "cohort.json");

    private static Stored? Read(string data) => File.Exists(FileIn(data)) ? JsonSerializer.Deserialize<Stored>(File.ReadAllText(FileIn(data))) : null;

    private static void Write(string data, Stored stored) => File.WriteAllText(FileIn(data), JsonSerializer.Serialize(stored));

    private sealed record Stored(CohortPlan Plan, bool Complete);
}
