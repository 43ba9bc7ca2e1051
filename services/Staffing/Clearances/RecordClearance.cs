using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>Records checks and withdraws those that were wrong.</summary>
public sealed class RecordClearance(StaffingDb db, StaffRecords records, Gatekeeper gate, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Clearance>> Handle(Proto.RecordClearanceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var given = request.Clearance ?? new();
        fields.Choice("clearance.kind", given.Kind);
        fields.Choice("clearance.result", given.Result);
        var done = fields.Day("clearance.done_on", given.DoneOn);
        fields.Require(given.Result is not Proto.ClearanceResult.PositiveCleared || given.Kind == Proto.ClearanceKind.Tuberculosis,
            "clearance.result", "is a result of a tuberculosis test; send PASS or FAIL");
        fields.Require(given.Result != Proto.ClearanceResult.Possible, "clearance.result", "is a result of an import; send PASS or FAIL");
        fields.Require(!given.SexOffenderRegistry || given.Kind == Proto.ClearanceKind.Background, "clearance.sex_offender_registry",
            "belongs to a background check");
        fields.Require(!given.UnderWrittenPolicy || given.Kind == Proto.ClearanceKind.DrugScreen, "clearance.under_written_policy", "belongs to a drug screen");
        Documents.Check(fields, "clearance.document_sha256", given.DocumentSha256);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Clearance>>(bad);
        return requests.Run<Proto.Clearance>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", request.StaffMember);

            // decide
            if (found.Clearances.Any(c => c.Counts && c.ListImportId is null && (c.Kind, c.DoneOn, c.Result) == (given.Kind, done, given.Result)
                && c.DocumentSha256 == given.DocumentSha256))
                return new Problem.Exists("clearance", "of this kind, day and result");

            // write
            Changes changes = new(clock.GetUtcNow());
            var check = changes.Insert(new ClearanceCheck
            {
                Id = ClearanceId.New(clock),
                Provider = found.Member.Provider,
                StaffMemberId = id,
                Kind = given.Kind,
                DoneOn = done,
                Result = given.Result,
                SexOffenderRegistry = given.SexOffenderRegistry,
                UnderWrittenPolicy = given.UnderWrittenPolicy,
                DocumentSha256 = given.DocumentSha256,
                RecordedAt = changes.Now,
            });
            changes.Update(found.Member);
            gate.Publish(gate.Of(found), found with { Clearances = [.. found.Clearances, check] }, changes);
            return new Decided<Proto.Clearance>(check.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.Clearance>> Handle(Proto.WithdrawClearanceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClearanceId>("name", request.Name);
        fields.Choice("reason", request.Reason);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Clearance>>(bad);
        return requests.Run<Proto.Clearance>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Clearances.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, s) is not { } check
                || await records.Read(check.StaffMemberId, s) is not { } found)
                return new Problem.NotFound("clearance", request.Name);

            // decide
            Changes changes = new(clock.GetUtcNow());
            if (check.Counts)
            {
                (check.WithdrawnAt, check.WithdrawnFor) = (changes.Now, request.Reason);
                changes.Update(check);
                changes.Update(found.Member);
                gate.Publish(gate.Of(found), found with { Clearances = [.. found.Clearances.Where(c => c.Id != id)] }, changes);
            }

            return new Decided<Proto.Clearance>(check.ToProto(), changes);
        }, cancellationToken);
    }
}

/// <summary>Documents in the personnel record, named by their hash.</summary>
internal static class Documents
{
    private const int HexDigits = 64;

    /// <summary>Requires the form of a SHA-256 where one was sent.</summary>
    public static void Check(RequestValidator fields, string field, string sha256) => fields.Require(
        sha256.Length == 0 || (sha256.Length == HexDigits && sha256.All(char.IsAsciiHexDigitLower)), field, "is not a SHA-256; send 64 lower-case hex digits");
}
