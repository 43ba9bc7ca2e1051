using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Places in caseloads end with a discharge or a death, and go on when it is taken back.</summary>
[Collection("staffing")]
public sealed class DischargeTests(StaffingService service)
{
    [Fact]
    public async Task A_discharge_frees_the_place_in_the_caseload_after_its_day()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var (leaves, stays) = (agency.Assignment(member), agency.Assignment(member));
        foreach (var request in new[] { leaves, stays })
            await agency.Caseloads.AssignIndividualAsync(request, agency.Own);
        await service.Send([Discharge(agency, leaves, DeterminationId.New(service.Clock), 2, "eligible", "discharged", service.Day())]);
        IReadOnlyList<Proto.Assignment> all = [];
        await Ips.Testing.Poll.Until(async () =>
            (all = (await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, agency.Own)).Assignments).Any(a => a.Through.Length > 0));
        Assert.Equal((leaves.Individual, service.Day()), (Assert.Single(all, a => a.Through.Length > 0).Individual, all.First(a => a.Through.Length > 0).Through));
        var tomorrow = await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = member, Program = "nc-core", AsOf = service.Day(1) }, agency.Own);
        Assert.Equal(1, tomorrow.ActiveCount);
        Assert.Equal(1, await service.Count($"outbox_rows where type = 'ips.staffing.assignment-ended.v1' and body::text like '%{leaves.Individual[12..]}%'"));
    }

    [Fact]
    public async Task An_assignment_goes_on_when_the_discharge_is_taken_back_also_when_that_is_heard_first()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        var (back, never, ended) = (agency.Assignment(member), agency.Assignment(member), agency.Assignment(member));
        foreach (var request in new[] { back, never, ended })
            await agency.Caseloads.AssignIndividualAsync(request, agency.Own);
        var (first, second, third) = (DeterminationId.New(service.Clock), DeterminationId.New(service.Clock), DeterminationId.New(service.Clock));

        await service.Send([Discharge(agency, back, first, 2, "eligible", "discharged", service.Day()), Discharge(agency, ended, third, 2, "eligible", "discharged", service.Day(1))]);
        await Ips.Testing.Poll.Until(async () => (await Ends()).Count(e => e.Value.Length > 0) == 2);
        await service.Send([Discharge(agency, back, first, 3, "discharged", "eligible", null), Discharge(agency, never, second, 3, "discharged", "eligible", null)]);
        await Ips.Testing.Poll.Until(async () => (await Ends())[back.Individual].Length == 0);
        await Ips.Testing.Poll.Until(async () => await service.Count("discharges where sequence = 3") == 2);

        // The discharge that was taken back comes last, and a death gets another day.
        await service.Send([Discharge(agency, never, second, 2, "eligible", "discharged", service.Day()), Discharge(agency, ended, third, 3, "discharged", "discharged", service.Day(3))]);
        await Ips.Testing.Poll.Until(async () => (await Ends())[ended.Individual] == service.Day(3));
        Assert.Equal(("", ""), (await Ends() is var now) ? (now[back.Individual], now[never.Individual]) : default);
        Assert.Equal(1, await service.Count($"outbox_rows where type = 'ips.staffing.assignment-resumed.v1' and body::text like '%{back.Individual[12..]}%'"));

        async Task<IReadOnlyDictionary<string, string>> Ends() => (await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, agency.Own))
            .Assignments.ToDictionary(a => a.Individual, a => a.Through);
    }

    private static DeterminationMovedV1 Discharge(
        Agency agency, Proto.AssignIndividualRequest assigned, DeterminationId determination, long sequence, string from, string to, string? through) => new()
        {
            DeterminationId = determination,
            IndividualId = new(Guid.Parse(assigned.Individual[12..])),
            Provider = agency.Code,
            Program = assigned.Program,
            Sequence = sequence,
            Kind = to == "discharged" ? "discharge" : "discharge_retraction",
            FromState = from,
            ToState = to,
            On = DateOnly.Parse(through ?? "2026-01-01", System.Globalization.CultureInfo.InvariantCulture),
            Through = through is null ? null : DateOnly.Parse(through, System.Globalization.CultureInfo.InvariantCulture),
            Verdict = null,
            DecisionId = null,
            PackVersion = null,
        };
}
