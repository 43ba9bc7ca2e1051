using System.Diagnostics;
using System.Globalization;
using Ips.Testing;
using Npgsql;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>
/// What a preview of a caseload costs. With <c>IPS_PREVIEW=100000</c> it is the benchmark of <c>bench/preview.sh</c>: so many notes are stored, and the same
/// milestones are then read one by one in the same run.
/// </summary>
[Collection("billing")]
public sealed class PreviewFigureTests(BillingService service, ITestOutputHelper output) : LaterMilestoneSteps(service)
{
    private const int Caseload = 25;

    [Fact]
    public async Task A_preview_of_a_caseload_goes_as_often_to_the_database_as_one_of_a_person()
    {
        var isBench = int.TryParse(Environment.GetEnvironmentVariable("IPS_PREVIEW"), CultureInfo.InvariantCulture, out var count);
        count = isBench ? count : 1_000;
        List<string> people = [];
        for (var i = 0; i < Caseload; i++)
        {
            var (individual, _) = Service.Eligibility.Person();
            await Job(individual);
            people.Add(individual);
        }

        await using (var database = NpgsqlDataSource.Create(Service.Database.ConnectionString + ";Command Timeout=0"))
        {
            await using var connection = await database.OpenConnectionAsync();
            await Store(connection, people, count, await Service.Noted(people[0], 30, "2025-01-06"));
        }

        // The first call also asks for the plans of the statements.
        var preview = await Preview(people);
        Assert.Equal(9 * Caseload, preview.Items.Count);
        Assert.All(preview.Items.Where(i => i.Number == 1), item => Assert.True(item.PayableUnits > 0));
        await Preview([people[0]]);
        var one = await RoundTrips.Of(output, () => Preview([people[0]]));
        var all = await RoundTrips.Of(output, () => Preview(people));
        // Who is a member is read now and then.
        Assert.InRange(all.Reads, one.Reads - 1, one.Reads + 1);
        Assert.Equal((0, 0), (one.Writes, all.Writes));
        if (isBench)
            output.WriteLine(await Measured(people, count));
    }

    /// <summary>Copies of a note: for each of the people a thousandth of them, the rest for others of the agency; on four months of days.</summary>
    private static async Task Store(NpgsqlConnection connection, List<string> people, int count, string note)
    {
        await connection.Run("set session_replication_role = replica");
        await connection.Run($"""
            create temp table clones as select i, gen_random_uuid() as note_id, w.person_id, date '2025-01-06' + (i / 1000) % 120 as day
            from generate_series(0, {count - 1}) i
            join (select n - 1 as place, coalesce((string_to_array('{string.Join(',', people.Select(p => p["individuals/".Length..]))}', ',')::uuid[])[n], gen_random_uuid()) as person_id
                from generate_series(1, 1000) n) w on w.place = i % 1000
            """);
        await connection.Clone("service_notes", $"where t.id = '{note["serviceNotes/".Length..]}'",
            new() { ["id"] = "c.note_id", ["individual_id"] = "c.person_id", ["service_date"] = "c.day", ["start_at"] = "null", ["end_at"] = "null" });
        await connection.Run("drop table clones; set session_replication_role = origin; analyze");
    }

    private async Task<string> Measured(List<string> people, int count)
    {
        for (var i = 0; i < 20; i++)
            await Preview(people);
        List<double> times = [];
        for (var i = 0; i < 100; i++)
        {
            var watch = Stopwatch.StartNew();
            await Preview(people);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        var single = Stopwatch.StartNew();
        foreach (var person in people)
        {
            for (var number = 1; number <= 9; number++)
            {
                await Service.Milestones.GetMilestoneChecklistAsync(new()
                {
                    Individual = person,
                    Provider = $"organizations/{BillingService.Provider}",
                    Program = "nc-core",
                    Number = number,
                    EventDate = Fourth,
                }, Service.Us);
            }
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"result {count} notes, {people.Count} people: p50 {times[50]:0} ms, p95 {times[95]:0} ms; one by one {single.ElapsedMilliseconds} ms, ratio {single.Elapsed.TotalMilliseconds / times[50]:0.0}");
    }

    private async Task<Proto.CaseloadPreview> Preview(IEnumerable<string> people) => await Service.Milestones.PreviewCaseloadAsync(
        new() { Provider = $"organizations/{BillingService.Provider}", Program = "nc-core", EventDate = Fourth, Individuals = { people } }, Service.Us);
}
