using System.Net;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A contract makes a network, and coverage makes people visible: what a payer sees of an agency begins and ends with them.</summary>
[Collection("staffing")]
public sealed class NetworkTests(StaffingService service)
{
    private Proto.Contracts.ContractsClient Contracts => new(service.Channel);

    private Metadata Ops => service.As(Roles.Ops, "platform");

    [Fact]
    public async Task The_page_shows_who_sees_which_rows() => Assert.True(await service.WithDb(db =>
    {
        SightPage.Shows("Staffing", StaffingDb.Rows, db.Model);
        return Task.FromResult(true);
    }));

    [Fact]
    public async Task A_payer_sees_staff_teams_and_decisions_of_its_network_only_and_while_the_contract_lasts()
    {
        var (agency, staff) = await Staffed();
        var payer = await Organization(Proto.OrganizationKind.Payer);
        await SeesNothing(agency, staff, payer);

        var contract = await Contracts.CreateContractAsync(New(payer, agency.Name, service.Day(-10)), Ops);
        Assert.True(contract.Accepted);
        await Sees(agency, staff, payer);
        await SeesNothing(agency, staff, await Organization(Proto.OrganizationKind.Payer));

        var early = await StaffingService.Refused(async () => await Contracts.EndContractAsync(End(contract, service.Day(-11)), Ops));
        Assert.Equal((StatusCode.InvalidArgument, "through"), (early.Code, Assert.Single(early.Fields)));
        // A last day that is past ends it; today is included.
        contract = await Contracts.EndContractAsync(End(contract, service.Day()), service.As(Roles.Mco, payer));
        await Sees(agency, staff, payer);
        await Contracts.EndContractAsync(End(contract, service.Day(-1)), service.As(Roles.Mco, payer));
        await SeesNothing(agency, staff, payer);
    }

    [Fact]
    public async Task A_contract_that_has_not_begun_and_a_proposal_make_no_network()
    {
        var (agency, staff) = await Staffed();
        var (later, proposing) = (await Organization(Proto.OrganizationKind.Payer), await Organization(Proto.OrganizationKind.Payer));
        await Contracts.CreateContractAsync(New(later, agency.Name, service.Day(1)), Ops);
        await SeesNothing(agency, staff, later);

        var proposal = await Contracts.CreateContractAsync(New(proposing, agency.Name, service.Day(-10)), service.As(Roles.Mco, proposing));
        Assert.False(proposal.Accepted);
        await SeesNothing(agency, staff, proposing);
        Proto.AcceptContractRequest accept = new() { Name = proposal.Name, Etag = proposal.Etag, RequestId = StaffingService.NewId() };
        await Refused(StatusCode.PermissionDenied, async () => await Contracts.AcceptContractAsync(accept, service.As(Roles.Mco, proposing)));
        await Refused(StatusCode.NotFound, async () => await Contracts.AcceptContractAsync(accept, service.As(Roles.Provider, "agency-foreign")));
        Assert.True((await Contracts.AcceptContractAsync(accept, agency.Own)).Accepted);
        await Sees(agency, staff, proposing);
        Assert.Equal("false true", await service.Scalar(
            $"select string_agg(body->>'accepted', ' ' order by sequence) from outbox_rows where subject = '{proposal.Name}'"));
    }

    [Fact]
    public async Task A_contract_is_seen_and_ended_by_its_parties_only()
    {
        var (agency, _) = await Staffed();
        var (payer, foreign) = (await Organization(Proto.OrganizationKind.Payer), await Organization(Proto.OrganizationKind.Payer));
        await Refused(StatusCode.PermissionDenied,
            async () => await Contracts.CreateContractAsync(New(payer, agency.Name, service.Day()), service.As(Roles.Mco, foreign)));
        var contract = await Contracts.CreateContractAsync(New(payer, agency.Name, service.Day()), Ops);
        foreach (var caller in new[] { service.As(Roles.Mco, payer), agency.Own, Ops })
        {
            Assert.Equal(contract, await Contracts.GetContractAsync(new() { Name = contract.Name }, caller));
            Assert.Contains(contract, (await Contracts.ListContractsAsync(new(), caller)).Contracts);
        }

        foreach (var caller in new[] { service.As(Roles.Mco, foreign), service.As(Roles.Provider, "agency-foreign") })
        {
            await Refused(StatusCode.NotFound, async () => await Contracts.GetContractAsync(new() { Name = contract.Name }, caller));
            Assert.Empty((await Contracts.ListContractsAsync(new(), caller)).Contracts);
        }

        await Refused(StatusCode.NotFound, async () => await Contracts.EndContractAsync(End(contract, service.Day()), service.As(Roles.Mco, foreign)));
        await Refused(StatusCode.AlreadyExists, async () => await Contracts.CreateContractAsync(New(payer, agency.Name, service.Day(5)), Ops));
        var refused = await StaffingService.Refused(async () => await Contracts.CreateContractAsync(New(agency.Code, agency.Name, service.Day()), Ops));
        Assert.Equal(["contract.payer"], refused.Fields);
    }

    [Fact]
    public async Task A_payer_sees_the_assignments_of_people_it_covers_until_the_coverage_is_retracted()
    {
        var (agency, staff) = await Staffed();
        var payer = await Organization(Proto.OrganizationKind.Payer);
        await Contracts.CreateContractAsync(New(payer, agency.Name, service.Day(-10)), Ops);
        IndividualId person = new(Guid.Parse(service.Eligibility.Person().Name["individuals/".Length..]));
        await agency.Caseloads.AssignIndividualAsync(new()
        {
            Individual = person.Name,
            StaffMember = staff,
            Program = "nc-core",
            From = service.Day(),
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(0, await Assignments());
        await Cover(through: -1, sequence: 2);
        Assert.Equal(0, await Assignments());
        await Cover(through: null, sequence: 3);
        Assert.Equal(1, await Assignments());
        await Cover(through: null, sequence: 5, retracted: true);
        Assert.Equal(0, await Assignments());
        // An event that comes late changes nothing.
        await Cover(through: null, sequence: 4);
        Assert.Equal(0, await Assignments());

        async Task<int> Assignments()
        {
            var shown = (await agency.Caseloads.ListAssignmentsAsync(new() { Individual = person.Name }, service.As(Roles.Mco, payer))).Assignments.Count;
            Assert.Equal(shown, await Raw(payer, $"assignments where individual_id = '{person.Value}'"));
            return shown;
        }

        async Task Cover(int? through, long sequence, bool retracted = false)
        {
            CoverageMovedV1 moved = new()
            {
                EventId = Guid.CreateVersion7(service.Clock.GetUtcNow()),
                OccurredAt = service.Clock.GetUtcNow(),
                Sequence = sequence,
                IndividualId = person,
                Provider = agency.Code,
                Payer = payer,
                From = DateOnly.Parse(service.Day(-30), System.Globalization.CultureInfo.InvariantCulture),
                Through = through is { } days ? DateOnly.Parse(service.Day(days), System.Globalization.CultureInfo.InvariantCulture) : null,
                Retracted = retracted,
            };
            await service.Send([moved]);
            await Poll.Until(async () => await service.Count($"inbox_rows where message_id = '{moved.EventId}'") == 1);
        }
    }

    [Fact]
    public async Task A_payer_proposes_providers_of_its_own_state_and_operations_accepts_them()
    {
        var payer = await Organization(Proto.OrganizationKind.Payer);
        Proto.Organizations.OrganizationsClient organizations = new(service.Channel);
        var proposed = StaffingService.NewCode("agency");
        (Proto.OrganizationKind, string)[] refused =
            [(Proto.OrganizationKind.Provider, "LA"), (Proto.OrganizationKind.Payer, "NC"), (Proto.OrganizationKind.Provider, "")];
        foreach (var (kind, state) in refused)
        {
            await Refused(StatusCode.PermissionDenied, async () => await organizations.CreateOrganizationAsync(Registration(proposed, kind, state),
                service.As(Roles.Mco, payer)));
        }

        await Refused(StatusCode.PermissionDenied, async () => await organizations.CreateOrganizationAsync(
            Registration(proposed, Proto.OrganizationKind.Provider, "NC"), service.As(Roles.Mco, "payer-not-on-file")));
        var made = await organizations.CreateOrganizationAsync(Registration(proposed, Proto.OrganizationKind.Provider, "NC"), service.As(Roles.Mco, payer));
        Assert.Equal(Proto.OrganizationState.Proposed, made.State);
        await Refused(StatusCode.NotFound,
            async () => await organizations.GetOrganizationAsync(new() { Name = made.Name }, service.As(Roles.Mco, "other-payer")));
        var early = await StaffingService.Refused(async () => await Contracts.CreateContractAsync(New(payer, made.Name, service.Day()), Ops));
        Assert.Equal(["contract.provider"], early.Fields);
        Assert.Equal(0, await service.Count($"outbox_rows where subject = '{made.Name}'"));

        Proto.AcceptOrganizationRequest accept = new() { Name = made.Name, RequestId = StaffingService.NewId() };
        await Refused(StatusCode.PermissionDenied, async () => await organizations.AcceptOrganizationAsync(accept, service.As(Roles.Mco, payer)));
        Assert.Equal(Proto.OrganizationState.Active, (await organizations.AcceptOrganizationAsync(accept, Ops)).State);
        Assert.Equal("NC", await service.Scalar($"select body->>'usState' from outbox_rows where subject = '{made.Name}'"));
        await Contracts.CreateContractAsync(New(payer, made.Name, service.Day()), Ops);
    }

    [Fact]
    public async Task A_state_sees_the_teams_of_its_programs()
    {
        var (agency, _) = await Staffed();
        Assert.Equal(agency.Team, (await agency.Teams.GetTeamAsync(new() { Name = agency.Team }, service.As(Roles.State, "nc-dhhs"))).Name);
        await Refused(StatusCode.NotFound, async () => await agency.Teams.GetTeamAsync(new() { Name = agency.Team }, service.As(Roles.State, "la-ldh")));
    }

    private async Task<(Agency Agency, string Staff)> Staffed()
    {
        var agency = await Agency.Register(service);
        var staff = await agency.Member(StaffRole.Esp);
        await agency.Staff.CheckQualificationAsync(
            new() { StaffMember = staff, Program = "nc-core", Role = StaffRole.Esp, AsOf = service.Day(), RequestId = StaffingService.NewId() }, agency.Own);
        return (agency, staff);
    }

    private async Task<string> Organization(Proto.OrganizationKind kind)
    {
        var code = StaffingService.NewCode("org");
        await new Proto.Organizations.OrganizationsClient(service.Channel).CreateOrganizationAsync(Registration(code, kind, "NC"), Ops);
        return code;
    }

    private static Proto.CreateOrganizationRequest Registration(string code, Proto.OrganizationKind kind, string state) => new()
    {
        OrganizationId = code,
        RequestId = StaffingService.NewId(),
        Organization = new() { DisplayName = "An organization", Kind = kind, Programs = { "nc-core" }, UsState = state },
    };

    private static Proto.CreateContractRequest New(string payer, string provider, string from) => new()
    {
        RequestId = StaffingService.NewId(),
        Contract = new() { Payer = $"organizations/{payer}", Provider = provider, Program = "nc-core", From = from },
    };

    private static Proto.EndContractRequest End(Proto.Contract contract, string through) =>
        new() { Name = contract.Name, Etag = contract.Etag, Through = through, RequestId = StaffingService.NewId() };

    private async Task Sees(Agency agency, string staff, string payer)
    {
        var caller = service.As(Roles.Mco, payer);
        Assert.Equal(staff, (await agency.Staff.GetStaffMemberAsync(new() { Name = staff }, caller)).Name);
        Assert.Equal([staff], (await agency.Staff.ListStaffAsync(new(), caller)).Staff.Select(s => s.Name));
        Assert.Equal(agency.Team, (await agency.Teams.GetTeamAsync(new() { Name = agency.Team }, caller)).Name);
        using var http = service.Http(Roles.Mco, payer);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/v1/{staff}")).StatusCode);
        Assert.Equal(1, await Raw(payer, $"staff where provider = '{agency.Code}'"));
        Assert.NotEqual(0, await Raw(payer, $"decisions where provider = '{agency.Code}'"));
    }

    private async Task SeesNothing(Agency agency, string staff, string payer)
    {
        var caller = service.As(Roles.Mco, payer);
        await Refused(StatusCode.NotFound, async () => await agency.Staff.GetStaffMemberAsync(new() { Name = staff }, caller));
        await Refused(StatusCode.NotFound, async () => await agency.Teams.GetTeamAsync(new() { Name = agency.Team }, caller));
        Assert.Empty((await agency.Staff.ListStaffAsync(new(), caller)).Staff);
        Assert.Empty((await agency.Teams.ListTeamsAsync(new(), caller)).Teams);
        Assert.Empty((await agency.Caseloads.ListAssignmentsAsync(new(), caller)).Assignments);
        await Refused(StatusCode.NotFound, async () => await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = staff, Program = "nc-core" }, caller));
        using var http = service.Http(Roles.Mco, payer);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/v1/{staff}")).StatusCode);
        foreach (var table in new[] { "staff", "credentials", "teams", "roles_held", "assignments", "decisions" })
            Assert.Equal((table, 0L), (table, await Raw(payer, table)));
    }

    private static async Task Refused(StatusCode status, Func<Task> call) => Assert.Equal(status, (await StaffingService.Refused(call)).Code);

    // As the database shows it without any filter of the service.
    private async Task<long> Raw(string payer, string from)
    {
        var requests = service.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(Roles.Mco, payer, "client-one"), default);
        await using NpgsqlCommand count = new($"select count(*) from {from}", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
