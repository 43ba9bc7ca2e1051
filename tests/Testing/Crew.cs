using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Staffing.V1;
using Ips.Platform.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Testing;

/// <summary>The members, delegations and caseloads of an agency, as Staffing's events bring them to a running service.</summary>
public sealed class Crew(IServiceProvider services, string organization)
{
    private readonly DateTimeOffset now = services.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>The agency.</summary>
    public string Organization => organization;

    /// <summary>Today of the service.</summary>
    public DateOnly Today => DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>Records a member, or its state after a change; the subject is that of its token.</summary>
    public async Task<MemberId> Member(string subject, MemberRole role, StaffMemberId? caseload = null, int from = -30, int? through = null, MemberId? again = null)
    {
        var id = again ?? new MemberId(Guid.CreateVersion7());
        await Store<MembersConsumer>(new MemberChangedV1
        {
            MemberId = id,
            Organization = organization,
            AccountId = Platform.Privacy.Member.AccountOf(TestIssuer.Authority, subject),
            Roles = [WireCode.Upper(role)!],
            StaffMemberId = caseload,
            From = Today.AddDays(from),
            Through = through is { } days ? Today.AddDays(days) : null,
            Sequence = again is null ? 1 : 2,
        });
        services.GetRequiredService<Memberships>().Forget();
        return id;
    }

    /// <summary>Gives a member another caseload.</summary>
    public Task Delegate(MemberId member, StaffMemberId caseload, int from, int through) => Store<MembersConsumer>(new DelegationChangedV1
    {
        DelegationId = new(Guid.CreateVersion7()),
        MemberId = member,
        StaffMemberId = caseload,
        From = Today.AddDays(from),
        Through = Today.AddDays(through),
        Sequence = 1,
    });

    /// <summary>Puts a person on a caseload, from that many days after today.</summary>
    public async Task<AssignmentId> Assign(string individual, StaffMemberId staff, int from = -30, int? through = null)
    {
        IndividualId person = new(Guid.Parse(individual.Split('/')[1]));
        AssignmentId id = new(Guid.CreateVersion7());
        await Store<CaseloadsConsumer>(new AssignmentMadeV1
        {
            AssignmentId = id,
            IndividualId = person,
            StaffMemberId = staff,
            Provider = organization,
            Program = "nc-core",
            Role = "ESP",
            From = Today.AddDays(from),
            ActiveCount = 1,
            Limit = null,
            Sequence = 1,
        });
        if (through is { } days)
            await Store<CaseloadsConsumer>(new AssignmentEndedV1
            {
                AssignmentId = id,
                IndividualId = person,
                StaffMemberId = staff,
                Provider = organization,
                Program = "nc-core",
                From = Today.AddDays(from),
                Through = Today.AddDays(days),
                Sequence = 2,
            });
        return id;
    }

    /// <summary>A new staff member's id.</summary>
    public static StaffMemberId NewStaff() => new(Guid.CreateVersion7());

    private Task Store<TConsumer>(DomainEvent happened) where TConsumer : Ips.Platform.Events.GroupConsumer =>
        services.GetRequiredService<TConsumer>().Store(typeof(TConsumer).Name, [happened with { EventId = Guid.CreateVersion7(), OccurredAt = now }], default);
}
