using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Members are recorded, changed and ended by administrators of their organization, and each change is published with its whole state.</summary>
[Collection("staffing")]
public sealed class MemberTests(StaffingService service)
{
    private Proto.Members.MembersClient Members => new(service.Channel);

    [Fact]
    public async Task Operations_records_the_first_member_and_an_administrator_the_others()
    {
        var agency = await Agency.Register(service);
        var staff = await agency.Hire();
        var alone = As(agency, "nina");
        await Forbidden(async () => await Members.CreateMemberAsync(New(agency, "nina", Proto.MemberRole.Administrator), alone));
        var first = await Members.CreateMemberAsync(New(agency, "nina", Proto.MemberRole.Administrator), agency.Ops);
        Assert.Equal((agency.Name, "nina", TestIssuer.Authority, ""), (first.Organization, first.Subject, first.Issuer, first.StaffMember));

        var second = await Members.CreateMemberAsync(New(agency, "sam", Proto.MemberRole.Specialist, staff), alone);
        Assert.Equal(new[] { first.Name, second.Name }.Order(), (await Members.ListMembersAsync(new(), alone)).Members.Select(m => m.Name).Order());
        await Forbidden(async () => await Members.CreateMemberAsync(New(agency, "eve", Proto.MemberRole.Specialist), As(agency, "sam")));
        await Forbidden(async () => await Members.ListMembersAsync(new(), As(agency, "sam")));

        var again = await StaffingService.Refused(async () => await Members.CreateMemberAsync(New(agency, "sam", Proto.MemberRole.Billing), alone));
        Assert.Equal(StatusCode.AlreadyExists, again.Code);
        var published = (string)(await service.Scalar(
            $"select body::text from outbox_rows where type = 'ips.staffing.member-changed.v1' and subject = '{second.Name}'"))!;
        Assert.DoesNotContain("sam", published, StringComparison.Ordinal);
        Assert.Contains("SPECIALIST", published, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_holds_with_the_next_call_and_an_ended_member_is_refused()
    {
        var agency = await Agency.Register(service);
        await Members.CreateMemberAsync(New(agency, "nina", Proto.MemberRole.Administrator), agency.Ops);
        var nina = As(agency, "nina");
        var member = await Members.CreateMemberAsync(New(agency, "sam", Proto.MemberRole.Administrator), nina);
        var sam = As(agency, "sam");
        Assert.Equal(Proto.MemberRole.Administrator, Assert.Single((await Members.GetOwnAccessAsync(new(), sam)).Roles));

        Proto.ChangeMemberRequest change = new()
        {
            Name = member.Name,
            Etag = member.Etag,
            Roles = { Proto.MemberRole.ReadOnly },
            From = member.From,
            Reason = "Left the office",
            RequestId = StaffingService.NewId(),
        };
        var changed = await Members.ChangeMemberAsync(change, nina);
        Assert.Equal("Left the office", changed.Reason);
        Assert.Equal(Proto.MemberRole.ReadOnly, Assert.Single((await Members.GetOwnAccessAsync(new(), sam)).Roles));
        await Forbidden(async () => await agency.Teams.CreateTeamAsync(agency.Formation(), sam));
        Assert.NotEmpty((await agency.Teams.ListTeamsAsync(new(), sam)).Teams);

        change.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.Aborted, (await StaffingService.Refused(async () => await Members.ChangeMemberAsync(change, nina))).Code);
        var ended = await Members.EndMemberAsync(
            new() { Name = member.Name, Etag = changed.Etag, Reason = "Left", RequestId = StaffingService.NewId() }, nina);
        Assert.Equal(service.Day(-1), ended.Through);
        await Forbidden(async () => await agency.Teams.ListTeamsAsync(new(), sam));
        await Forbidden(async () => await Members.GetOwnAccessAsync(new(), sam));
        // The agency's own program is no member, and keeps the scope of the agency.
        Assert.NotEmpty((await agency.Teams.ListTeamsAsync(new(), service.As(Roles.Provider, agency.Code, "system", client: "system"))).Teams);
    }

    [Fact]
    public async Task A_limited_member_sees_the_assignments_of_its_caseload_and_those_delegated_to_it()
    {
        var agency = await Agency.Register(service);
        var (mine, other) = (await agency.Member(StaffRole.Esp), await agency.Member(StaffRole.Esp));
        var (ours, theirs) = (await Assigned(agency, mine), await Assigned(agency, other));
        await Members.CreateMemberAsync(New(agency, "nina", Proto.MemberRole.Administrator), agency.Ops);
        var nina = As(agency, "nina");
        var member = await Members.CreateMemberAsync(New(agency, "sam", Proto.MemberRole.Specialist, mine), nina);
        var sam = As(agency, "sam");
        Assert.Equal([ours], await Seen(agency, sam, mine, other));

        var delegation = await Members.CreateDelegationAsync(new()
        {
            Member = member.Name,
            Delegation = new() { StaffMember = other, From = service.Day(), Through = service.Day(7) },
            RequestId = StaffingService.NewId(),
        }, nina);
        Assert.Equal([ours, theirs], await Seen(agency, sam, mine, other));
        Assert.Equal(new[] { mine, other }.Order(), (await Members.GetOwnAccessAsync(new(), sam)).StaffMembers.Order());

        await Members.EndDelegationAsync(new() { Name = delegation.Name, Etag = delegation.Etag, RequestId = StaffingService.NewId() }, nina);
        Assert.Equal([ours], await Seen(agency, sam, mine, other));
        Assert.Equal(service.Day(-1), Assert.Single((await Members.ListDelegationsAsync(new(), nina)).Delegations).Through);
    }

    [Fact]
    public async Task Members_staff_and_delegations_of_another_organization_are_not_found()
    {
        var (agency, other) = (await Agency.Register(service), await Agency.Register(service));
        var member = await Members.CreateMemberAsync(New(agency, "nina", Proto.MemberRole.Administrator), agency.Ops);
        await Members.CreateMemberAsync(New(other, "omar", Proto.MemberRole.Administrator), agency.Ops);
        var (nina, omar) = (As(agency, "nina"), As(other, "omar"));
        Assert.Equal(StatusCode.NotFound, (await StaffingService.Refused(async () => await Members.GetMemberAsync(new() { Name = member.Name }, omar))).Code);
        await Forbidden(async () => await Members.CreateMemberAsync(New(agency, "eve", Proto.MemberRole.Administrator), omar));
        var foreign = await StaffingService.Refused(async () =>
            await Members.CreateMemberAsync(New(agency, "eve", Proto.MemberRole.Specialist, $"staff/{Guid.CreateVersion7()}"), nina));
        Assert.Equal((StatusCode.InvalidArgument, "member.staff_member"), (foreign.Code, Assert.Single(foreign.Fields)));
        var whole = await StaffingService.Refused(async () => await Members.CreateDelegationAsync(new()
        {
            Member = member.Name,
            Delegation = new() { StaffMember = $"staff/{Guid.CreateVersion7()}", From = service.Day(), Through = service.Day() },
            RequestId = StaffingService.NewId(),
        }, nina));
        Assert.Equal((StatusCode.InvalidArgument, "member"), (whole.Code, Assert.Single(whole.Fields)));
    }

    private static async Task<string> Assigned(Agency agency, string staff) => (await agency.Caseloads.AssignIndividualAsync(
        agency.Assignment(staff), agency.Own)).Assignment.Name;

    private static async Task<IReadOnlyList<string>> Seen(Agency agency, Metadata who, params IEnumerable<string> staff)
    {
        List<string> seen = [];
        foreach (var member in staff)
            seen.AddRange((await agency.Caseloads.ListAssignmentsAsync(new() { StaffMember = member }, who)).Assignments.Select(a => a.Name));
        return seen;
    }

    private Metadata As(Agency agency, string subject) => service.As(Roles.Provider, agency.Code, subject);

    private Proto.CreateMemberRequest New(Agency agency, string subject, Proto.MemberRole role, string staff = "") => new()
    {
        Member = new()
        {
            Organization = agency.Name,
            Issuer = TestIssuer.Authority,
            Subject = subject,
            Roles = { role },
            StaffMember = staff,
            From = service.Day(-10),
        },
        RequestId = StaffingService.NewId(),
    };

    private static async Task Forbidden(Func<Task> call) => Assert.Equal(StatusCode.PermissionDenied, (await StaffingService.Refused(call)).Code);
}
