using Ips.Contracts;
using Ips.Staffing.Clearances;
using Ips.Staffing.StaffMembers;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Training;

/// <summary>Records completions, waivers and days of local plans one by one, and withdraws completions that were wrong.</summary>
public sealed class RecordCompletion(StaffRecords records, Gatekeeper gate, TrainingPlan plan, Requests requests, TimeProvider clock)
{
    private const int MostMinutes = 100_000;

    public Task<Result<Proto.Completion>> Handle(Proto.RecordCompletionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var given = request.Completion ?? new();
        fields.Choice("completion.course", given.Course);
        var on = fields.Day("completion.completed_on", given.CompletedOn);
        var expires = fields.OptionalDay("completion.expires_on", given.ExpiresOn);
        fields.Number("completion.minutes", given.Minutes, given.Course == Proto.TrainingCourse.Annual ? 1 : 0, MostMinutes);
        Documents.Check(fields, "completion.document_sha256", given.DocumentSha256);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Completion>>(bad);
        return Store(id, request.RequestId, request, found => new()
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Provider = found.Member.Provider,
            StaffMemberId = id,
            Course = given.Course,
            CompletedOn = on,
            ExpiresOn = expires,
            Minutes = given.Minutes > 0 ? given.Minutes : null,
            DocumentSha256 = given.DocumentSha256,
            RecordedAt = clock.GetUtcNow(),
        }, cancellationToken);
    }

    public Task<Result<Proto.Completion>> Handle(Proto.GrantWaiverRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        fields.Choice("course", request.Course);
        fields.Require(request.Course == Proto.TrainingCourse.Unspecified || request.Course.ToPolicy() is not null, "course",
            "is required by no rule as an initial course, so there is nothing to waive; send an initial course");
        var on = fields.Day("certificate_date", request.CertificateDate);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Completion>>(bad);
        return Store(id, request.RequestId, request, found => new()
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Provider = found.Member.Provider,
            StaffMemberId = id,
            Course = request.Course,
            CompletedOn = on,
            Waiver = true,
            Mint = request.Mint,
            RecordedAt = clock.GetUtcNow(),
        }, cancellationToken);
    }

    public Task<Result<Proto.Completion>> Handle(Proto.WithdrawCompletionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var record = VerifyCredential.RecordId(fields, "completion_id", request.CompletionId);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Completion>>(bad);
        return requests.Run<Proto.Completion>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", request.StaffMember);
            if (found.Completions.FirstOrDefault(c => c.Id == record && c.Counts) is not { } completion)
                return new Problem.NotFound("completion", request.CompletionId);

            // write
            Changes changes = new(clock.GetUtcNow());
            var before = gate.Of(found);
            completion.WithdrawnAt = changes.Now;
            changes.Update(completion);
            changes.Update(found.Member);
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.Completion>(completion.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.TrainingTarget>> Handle(Proto.SetTrainingTargetRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        fields.Choice("course", request.Course);
        var day = fields.Day("target_date", request.TargetDate);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.TrainingTarget>>(bad);
        return requests.Run<Proto.TrainingTarget>(request.RequestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", request.StaffMember);

            // write
            Changes changes = new(clock.GetUtcNow());
            var before = gate.Of(found);
            changes.Insert(EarlierRecord.Of(found, changes.Now));
            if (found.Targets.FirstOrDefault(t => t.Course == request.Course) is { } target)
            {
                target.TargetDate = day;
                changes.Update(target);
            }
            else
            {
                target = changes.Insert(new TrainingTargetDay
                {
                    Id = Guid.CreateVersion7(changes.Now),
                    Provider = found.Member.Provider,
                    StaffMemberId = id,
                    Course = request.Course,
                    TargetDate = day,
                });
                found = found with { Targets = [.. found.Targets, target] };
            }

            changes.Update(found.Member);
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.TrainingTarget>(new() { StaffMember = id.Name, Course = request.Course, TargetDate = day.Day() }, changes);
        }, cancellationToken);
    }

    private Task<Result<Proto.Completion>> Store(
        StaffMemberId id, string requestId, Google.Protobuf.IMessage request, Func<StaffRecord, TrainingCompletion> make, CancellationToken cancellationToken) =>
        requests.Run<Proto.Completion>(requestId, request, async s =>
        {
            // read
            if (await records.Read(id, s) is not { } found)
                return new Problem.NotFound("staff member", id.Name);

            // decide
            var completion = make(found);
            if (found.Completions.Any(c => c.Counts && Same(c, completion)))
                return new Problem.Exists("completion", "of this course and day");

            // write
            Changes changes = new(clock.GetUtcNow());
            var before = gate.Of(found);
            changes.Insert(completion);
            changes.Update(found.Member);
            found = found with { Completions = [.. found.Completions, completion] };
            gate.Publish(before, found, changes);
            await plan.Sync(found, changes, s);
            return new Decided<Proto.Completion>(completion.ToProto(), changes);
        }, cancellationToken);

    /// <summary>Whether two records are about the same course, day and kind. Two sessions of yearly training on one day differ in their minutes.</summary>
    internal static bool Same(TrainingCompletion one, TrainingCompletion other) =>
        (one.Course, one.CompletedOn, one.Waiver) == (other.Course, other.CompletedOn, other.Waiver)
        && (one.Course != Proto.TrainingCourse.Annual || one.Minutes == other.Minutes);
}
