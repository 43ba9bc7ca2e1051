using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Staffing;
using StaffRole = Ips.Contracts.Common.V1.StaffRole;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Decides whether a staff member is qualified for a role on a day (NC-STAFF-001..006 and their siblings).</summary>
public sealed class CheckQualification(
    StaffRecords records, Gatekeeper gatekeeper, Requests requests, PolicyService policies, Caller caller, TimeProvider clock)
{
    /// <summary>Decides and stores the receipt.</summary>
    public Task<Result<Proto.Qualification>> Handle(Proto.CheckQualificationRequest request, CancellationToken cancellationToken) =>
        requests.Run<Proto.Qualification>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            // read
            RequestValidator fields = new();
            var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
            var today = policies.Today(fields, "program", request.Program);
            var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
            fields.Choice("role", request.Role);
            if (fields.Problem is { } bad)
                return bad;
            if ((await records.Read(id, s))?.Member is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            Changes changes = new(clock.GetUtcNow());
            if (!Decide(member, request.Program, request.Role, day).Is(out var decision, out var problem))
                return problem;
            if (!store)
                return new Decided<Proto.Qualification>(Answer(member, request.Role, day, decision, stored: false), changes);

            // write
            var stored = changes.Insert(policies.Store(decision, member.Provider, id.Name, [new(id.Value, member.Version)]));
            changes.Expect(member);
            changes.Publish(new QualificationDecidedV1
            {
                StaffMemberId = id,
                Provider = member.Provider,
                Program = request.Program,
                Role = WireCode.Upper(request.Role)!,
                AsOf = day,
                Verdict = stored.Verdict,
                Status = Status(decision),
                DecisionId = new(stored.Id),
                PackVersion = stored.PackVersion,
            });
            return new Decided<Proto.Qualification>(Answer(member, request.Role, day, decision, stored: true), changes);
        }, cancellationToken);

    /// <summary>
    /// Answers for a day of service and stores nothing. Without a requested role, the role held on the day counts. Clearance and training are shown in full to
    /// the provider alone; the others get what is open.
    /// </summary>
    public async Task<Result<Proto.Qualification>> Handle(Proto.VerifyQualificationRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var requested, out var bad))
            return bad;
        var found = await records.Read([requested.StaffMember], cancellationToken, history: requested.KnownAt is not null);
        return Answer(requested, found.SingleOrDefault(), brief: false);
    }

    /// <summary>A valid request for a day of service.</summary>
    internal sealed record StaffDay(StaffMemberId StaffMember, string Program, StaffRole? Role, DateOnly Day, DateTimeOffset? KnownAt, bool LookAhead);

    /// <summary>Checks the fields of a request for a day of service.</summary>
    internal Result<StaffDay> Read(Proto.VerifyQualificationRequest request)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        policies.Today(fields, "program", request.Program);
        var day = fields.Day("service_date", request.ServiceDate);
        var knownAt = fields.OptionalInstant("known_at", request.KnownAt, clock.GetUtcNow());
        return fields.Problem is { } bad ? bad : new StaffDay(
            id, request.Program, request.Role == StaffRole.Unspecified ? null : request.Role, day, knownAt, request.LookAhead);
    }

    /// <summary>Answers for a day of service from the record; without a record the staff member is not found.</summary>
    internal Result<Proto.Qualification> Answer(StaffDay requested, StaffRecord? record, bool brief)
    {
        var (id, program, wanted, day, knownAt, ahead) = requested;
        if ((knownAt is { } instant ? record?.KnownAt(instant) : record) is not { } found)
            return new Problem.NotFound("staff member", id.Name);
        if ((wanted ?? Gatekeeper.Held(found.Member, program, day)?.Role) is not { } role)
        {
            return new Proto.Qualification
            {
                StaffMember = id.Name,
                Day = day.Day(),
                Status = "not_qualified",
                Gate = Proto.QualificationGate.Blocked,
                OpenItems = { new Proto.OpenItem { Blocks = true, WouldBeMet = $"a role in a team of {program} on {day.Day()}" } },
                OpensOn = (ahead ? gatekeeper.OpensOn(found, program, wanted, day) : null).Day(),
            };
        }

        if (!gatekeeper.Decide(found, program, role, day).Is(out var gate, out var problem))
            return problem;
        var answer = Answer(found.Member, role, day, gate.Qualification, stored: false, brief);
        answer.Gate = gate.State;
        answer.Qualified = gate.State != Proto.QualificationGate.Blocked;
        answer.OpenItems.AddRange(gate.Items);
        if (ahead && !answer.Qualified)
            answer.OpensOn = gatekeeper.OpensOn(found, program, wanted, day).Day();
        if (caller.Role == Roles.Provider && !brief)
        {
            answer.Clearance = gate.Clearance?.ToProto(stored: false);
            answer.Training = gate.Training?.ToProto(stored: false);
        }

        return answer;
    }

    private Result<DecisionRecord> Decide(StaffMember member, string program, StaffRole role, DateOnly day) =>
        policies.Decide(program, QualificationDecision.Kind, day, QualificationEvidence.Of(member, role, day));

    private static string Status(DecisionRecord decision) => decision.Value<string>("status") ?? "";

    private static Proto.Qualification Answer(StaffMember member, StaffRole role, DateOnly day, DecisionRecord decision, bool stored, bool brief = false) =>
        new()
        {
            StaffMember = member.Id.Name,
            Role = role,
            Day = day.Day(),
            Qualified = decision.Decision.Verdict == Policies.Verdict.Met,
            Status = Status(decision),
            Decision = brief ? null : decision.ToProto(stored),
            Team = member.Roles.Where(r => r.Role == role && r.HeldOn(day)).MaxBy(r => r.From)?.TeamId.Name ?? "",
        };
}
