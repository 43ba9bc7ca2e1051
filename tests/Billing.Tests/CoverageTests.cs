using Grpc.Core;
using Ips.Billing.Db;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Billing.Tests;

/// <summary>A payer sees what was billed to it of a person whom it covers on the day of service: what ends the coverage ends its sight.</summary>
[Collection("billing")]
public sealed class CoverageTests(BillingService billing)
{
    [Fact]
    public async Task The_page_shows_who_sees_which_rows() => Assert.True(await billing.WithDb(db =>
    {
        SightPage.Shows("Billing", BillingDb.Rows, db.Model);
        return Task.FromResult(true);
    }));

    // The span that the events describe, and whether a payer sees what happened on 2025-03-04.
    [Theory]
    [InlineData("2025-01-01", null, false, true)]
    [InlineData("2025-01-01", "2025-03-04", false, true)]
    [InlineData("2025-01-01", "2025-03-03", false, false)]
    [InlineData("2025-03-05", null, false, false)]
    [InlineData("2025-01-01", null, true, false)]
    public async Task A_payer_sees_notes_milestones_lines_and_their_decisions_of_the_days_it_covers(string from, string? through, bool retracted, bool sees)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Noted(individual);
        await billing.Claimed(billing.Line((await billing.Submitted(BillingService.Second(individual))).Name));
        Assert.Equal((0, 0, 0), await Seen(individual));
        await billing.Cover(individual, from);
        await billing.Cover(individual, from, through, retracted, sequence: 3);
        Assert.Equal(sees ? (1, 1, 1) : (0, 0, 0), await Seen(individual));
    }

    [Fact]
    public async Task A_span_that_ended_is_not_opened_by_an_event_that_comes_late()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Noted(individual);
        await billing.Cover(individual, retracted: true, sequence: 4);
        await billing.Cover(individual, sequence: 3);
        Assert.Equal((0, 0, 0), await Seen(individual));
    }

    [Fact]
    public async Task Another_payer_that_covers_the_person_sees_nothing_that_was_billed_to_the_first()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Noted(individual);
        await billing.Cover(individual, payer: "vaya");
        Assert.Equal((0, 0, 0), await Seen(individual, "vaya"));
    }

    private async Task<(int Notes, int Milestones, int Lines)> Seen(string individual, string payer = "alliance")
    {
        var caller = billing.As(Roles.Mco, payer);
        var shown = (
            (await billing.Notes.ListServiceNotesAsync(new() { Individual = individual }, caller)).ServiceNotes.Count,
            (await billing.Milestones.ListMilestonesAsync(new() { Individual = individual }, caller)).Milestones.Count,
            (await billing.Claims.ListClaimLinesAsync(new() { Individual = individual }, caller)).ClaimLines.Count);

        // The database shows the same without any filter of the service.
        var requests = billing.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(Roles.Mco, payer, "client-one"), default);
        foreach (var (table, count) in new[] { ("service_notes", shown.Item1), ("milestones", shown.Item2), ("claim_lines", shown.Item3) })
        {
            await using NpgsqlCommand rows = new(
                $"select count(*) from {table} r join decisions d on d.id = r.decision_id where individual_id = '{individual[12..]}'", connection);
            Assert.Equal((table, (long)count), (table, await rows.ExecuteScalarAsync()));
        }

        return shown;
    }
}
