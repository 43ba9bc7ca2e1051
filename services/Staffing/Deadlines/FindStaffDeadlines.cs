using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Deadlines;

/// <summary>Reads deadlines about staff, soonest first, each with the rule that sets it.</summary>
public sealed class FindStaffDeadlines(StaffingDb db, PolicyService policies)
{
    public async Task<Result<Proto.ListStaffDeadlinesResponse>> Handle(Proto.ListStaffDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        var team = fields.OptionalId<TeamId>("team", request.Team);
        var before = fields.OptionalDay("due_before", request.DueBefore);
        fields.Choices("states", request.States);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;

        var query = db.Deadlines.AsNoTracking().Listed(request.States.Select(s => s.ToStored()), request.RuleId, request.Subject, before);
        if (staff is { } member)
        {
            string[] subjects = [member.Name, .. (await db.Requirements.Where(r => r.StaffMemberId == member).Select(r => r.Id).ToListAsync(cancellationToken))
                .Select(id => id.Name)];
            query = query.Where(d => subjects.Contains(d.Subject));
        }

        if (team is { } whole)
            query = await OfTeam(query, whole, cancellationToken);

        var (items, next) = await query.ToPage(page, cancellationToken, d => d.DueOn, d => d.Id);
        TrainingRequirementId[] about = [.. items.Select(d => TrainingRequirementId.TryParse(d.Subject, out var id) ? id : default)];
        var owners = await db.Requirements.Where(r => about.Contains(r.Id)).ToDictionaryAsync(r => r.Id.Name, r => r.StaffMemberId.Name, cancellationToken);
        return new Proto.ListStaffDeadlinesResponse
        {
            Deadlines = { items.Select(d => ToProto(d, owners.GetValueOrDefault(d.Subject) ?? (StaffMemberId.TryParse(d.Subject, out _) ? d.Subject : ""))) },
            NextPageToken = next,
        };
    }

    /// <summary>The event that publishes a stage.</summary>
    public static DomainEvent ToEvent(Deadline deadline, DeadlineStage stage) => new StaffDeadlineReachedV1
    {
        DeadlineId = deadline.Id,
        Provider = deadline.Provider,
        Program = deadline.Program,
        Kind = deadline.Kind,
        RuleId = deadline.RuleId,
        About = deadline.Subject,
        State = WireCode.Lower(stage.State.ToProto())!,
        LeadDays = stage.LeadDays,
        DueOn = deadline.DueOn,
        Arming = deadline.Arming,
    };

    /// <summary>The event that publishes a change.</summary>
    public static DomainEvent ToMoved(Deadline deadline) => new StaffDeadlineMovedV1
    {
        DeadlineId = deadline.Id,
        Provider = deadline.Provider,
        Program = deadline.Program,
        Kind = deadline.Kind,
        RuleId = deadline.RuleId,
        About = deadline.Subject,
        State = WireCode.Lower(deadline.State.ToProto())!,
        DueOn = deadline.DueOn,
        Arming = deadline.Arming,
    };

    /// <summary>Those of a team and, in its program, of everyone whose role in it has not ended.</summary>
    private async Task<IQueryable<Deadline>> OfTeam(IQueryable<Deadline> deadlines, TeamId team, CancellationToken cancellationToken)
    {
        var program = await db.Teams.Where(t => t.Id == team).Select(t => t.Program).SingleOrDefaultAsync(cancellationToken) ?? "";
        var today = policies.Today(program);
        var members = await db.Roles.Where(r => r.TeamId == team && (r.Through == null || r.Through >= today)).Select(r => r.StaffMemberId).Distinct()
            .ToArrayAsync(cancellationToken);
        var requirements = await db.Requirements.Where(r => members.Contains(r.StaffMemberId)).Select(r => r.Id).ToListAsync(cancellationToken);
        string[] subjects = [team.Name, .. members.Select(id => id.Name), .. requirements.Select(id => id.Name)];
        return deadlines.Where(d => d.Program == program && subjects.Contains(d.Subject));
    }

    private Proto.StaffDeadline ToProto(Deadline deadline, string member)
    {
        var rule = policies.RuleOf(deadline);
        Proto.StaffDeadline wire = new()
        {
            Name = deadline.Id.Name,
            Kind = deadline.Kind,
            RuleId = deadline.RuleId,
            RuleSays = rule?.Says ?? "",
            Citation = rule?.Citation.ToProto(),
            Subject = deadline.Subject,
            StaffMember = member,
            Provider = new OrganizationCode(deadline.Provider).Name,
            Program = deadline.Program,
            DueOn = deadline.DueOn.Day(),
            DueAt = deadline.DueAt?.ToTimestamp(),
            TimeZone = deadline.TimeZone,
            State = deadline.State.ToProto(),
            DaysLeft = policies.DaysLeft(deadline),
            Arming = deadline.Arming,
            SettleTime = deadline.SettledAt?.ToTimestamp(),
            CreateTime = deadline.RecordedAt.ToTimestamp(),
        };
        wire.LeadDays.AddRange(deadline.LeadDays);
        return wire;
    }
}

/// <summary>Maps the rpcs to the use case.</summary>
public sealed class StaffDeadlinesRpc(Lazy<FindStaffDeadlines> find) : Proto.StaffDeadlines.StaffDeadlinesBase
{
    public override async Task<Proto.ListStaffDeadlinesResponse> ListStaffDeadlines(Proto.ListStaffDeadlinesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
