using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Staffing;
using Ips.Staffing.StaffMembers;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>Decides whether a staff member is cleared for employment, and stores the receipt.</summary>
public sealed class CheckClearance(StaffRecords records, Requests requests, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.ClearanceStatus>> Handle(Proto.CheckClearanceRequest request, CancellationToken cancellationToken) =>
        requests.Run<Proto.ClearanceStatus>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            // read
            RequestValidator fields = new();
            var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
            var today = policies.Today(fields, "program", request.Program);
            var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
            var other = fields.OptionalDay("employment_date", request.EmploymentDate);
            fields.Choice("role", request.Role);
            if (fields.Problem is { } bad)
                return bad;
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            var employment = other ?? found.Member.HireDate;
            if (!policies.Decide(request.Program, ClearanceDecision.Kind, day, ClearanceEvidence.Of(found, request.Role, employment, day))
                .Is(out var decision, out var problem))
                return problem;

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Insert(policies.Store(decision, found.Member.Provider, id.Name, [new(id.Value, found.Member.Version)]));
            changes.Expect(found.Member);
            return new Decided<Proto.ClearanceStatus>(new()
            {
                StaffMember = id.Name,
                Role = request.Role,
                EmploymentDate = employment.Day(),
                Cleared = decision.Decision.Verdict == Verdict.Met,
                Decision = decision.ToProto(store),
            }, changes);
        }, cancellationToken);
}
