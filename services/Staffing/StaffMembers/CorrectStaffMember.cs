using Google.Protobuf;
using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.Training;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Corrects what is on file about a staff member. What was there before stays on file, encrypted, with the reason.</summary>
public sealed class CorrectStaffMember(
    StaffingDb db, StaffRecords records, Gatekeeper gate, TrainingPlan plan, Requests requests, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.StaffMember>> Handle(Proto.CorrectStaffMemberRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choice("reason", request.Reason);
        var name = request.DisplayName.Length == 0 ? "" : fields.Text("display_name", request.DisplayName, 200);
        var hired = fields.OptionalDay("hire_date", request.HireDate);
        if (request.HasVocationalExperienceMonths)
            fields.Number("vocational_experience_months", request.VocationalExperienceMonths, 0, 1200);
        var particulars = request.Particulars ?? new();
        var identity = StaffParticulars.Read(fields, particulars);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.StaffMember>>(bad);
        return requests.Run<Proto.StaffMember>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { Member: var member } found)
                return new Problem.NotFound("staff member", request.Name);
            var assigned = await db.Assignments.Where(a => a.StaffMemberId == id).Select(a => (DateOnly?)a.From).MinAsync(s);

            // decide
            if (!member.Expects(request.Etag))
                return new Problem.Stale("staff member", request.Name);
            var earliest = member.Roles.Where(r => !(r.Through < r.From)).Select(r => (DateOnly?)r.From).Append(assigned).Min();
            if (hired > earliest)
                return new Problem.Invalid("hire_date", $"lies after the first day of a role or an assignment on file, {earliest.Day()}; end or move it first");
            if (hired > member.SeparatedOn)
                return new Problem.Invalid("hire_date", $"lies after the last day of work, {member.SeparatedOn.Day()}");

            // write
            Changes changes = new(clock.GetUtcNow());
            var before = gate.Of(found);
            changes.Insert(new StaffCorrection
            {
                Id = Guid.CreateVersion7(changes.Now),
                StaffMemberId = id,
                Reason = request.Reason,
                EncryptedBefore = protector.Protect(JsonFormatter.Default.Format(member.ToProto(protector, all: true))),
                RecordedAt = changes.Now,
            });
            changes.Insert(EarlierRecord.Of(found, changes.Now));
            if (name.Length > 0)
                member.EncryptedDisplayName = protector.Protect(name);
            member.HireDate = hired ?? member.HireDate;
            if (request.Education != Proto.Education.Unspecified)
                member.Education = request.Education;
            if (request.HasVocationalExperienceMonths)
                member.VocationalExperienceMonths = request.VocationalExperienceMonths;
            member.Apply(identity, particulars, protector);
            changes.Update(member);
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.StaffMember>(member.ToProto(protector, all: true), changes);
        }, cancellationToken);
    }
}
