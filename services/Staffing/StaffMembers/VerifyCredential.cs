using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Training;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Records that a credential was looked up, and withdraws records that were wrong.</summary>
public sealed class VerifyCredential(
    StaffRecords records, Gatekeeper gate, TrainingPlan plan, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Credential>> Handle(Proto.VerifyCredentialRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var record = RecordId(fields, "credential_id", request.CredentialId);
        var verified = fields.Day("verified_on", request.VerifiedOn);
        var place = fields.Text("verified_at", request.VerifiedAt, 200);
        var through = fields.OptionalDay("valid_through", request.ValidThrough);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Credential>>(bad);
        return requests.Run<Proto.Credential>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { Member: var member } found)
                return new Problem.NotFound("staff member", request.StaffMember);
            if (member.Credentials.Find(c => c.Id == record && c.Counts) is not { } credential)
                return new Problem.NotFound("credential", request.CredentialId);

            // decide
            if (Problem.Invalid.IfBefore("verified_on", verified, credential.VerifiedOn, "the look-up on file") is { } early)
                return early;
            if (through < credential.ValidFrom)
                return new Problem.Invalid("valid_through", $"lies before the first valid day, {credential.ValidFrom.Day()}");

            // write
            Changes changes = new(clock.GetUtcNow());
            var before = gate.Of(found);
            (credential.VerifiedOn, credential.VerifiedAt, credential.VerifiedBy) = (verified, place, caller.Subject);
            if (through is { } last && last != credential.ValidThrough)
            {
                changes.Insert(EarlierRecord.Of(found, changes.Now));
                credential.ValidThrough = last;
                changes.Publish(new CredentialAddedV1
                {
                    StaffMemberId = id,
                    Provider = member.Provider,
                    CredentialType = WireCode.Upper(credential.Type)!,
                    ValidFrom = credential.ValidFrom,
                    ValidThrough = last,
                });
            }

            changes.Update(credential);
            changes.Update(member);
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.Credential>(credential.ToProto(protector), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.StaffMember>> Handle(Proto.WithdrawStaffRecordRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var record = RecordId(fields, "record_id", request.RecordId);
        fields.Choice("reason", request.Reason);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.StaffMember>>(bad);
        return requests.Run<Proto.StaffMember>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { Member: var member } found)
                return new Problem.NotFound("staff member", request.StaffMember);

            // write
            Changes changes = new(clock.GetUtcNow());
            var before = gate.Of(found);
            if (member.Credentials.Find(c => c.Id == record && c.Counts) is { } credential)
            {
                (credential.WithdrawnAt, credential.WithdrawnFor) = (changes.Now, request.Reason);
                changes.Update(credential);
            }
            else if (member.Experience.Find(e => e.Id == record && e.Counts) is { } span)
            {
                (span.WithdrawnAt, span.WithdrawnFor) = (changes.Now, request.Reason);
                changes.Update(span);
            }
            else
            {
                return new Problem.NotFound("record", request.RecordId);
            }

            changes.Update(member);
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.StaffMember>(member.ToProto(protector, all: true), changes);
        }, cancellationToken);
    }

    /// <summary>The id of a record of a staff member.</summary>
    internal static Guid RecordId(RequestValidator fields, string field, string value)
    {
        if (Guid.TryParse(value, out var id) && id != Guid.Empty)
            return id;
        fields.Wrong(field, value.Length == 0 ? "is missing; send the id of the record" : "is not a UUID; send the id of the record");
        return default;
    }
}
