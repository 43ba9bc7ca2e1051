using Grpc.Core;
using Ips.Contracts;
using Status = Google.Rpc.Status;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Verifies a stream of staff members and days. One read answers the items that have arrived, in the order of the items.</summary>
public sealed class VerifyQualificationBatch(StaffRecords records, CheckQualification check, Batches batches)
{
    private const int Largest = 200;

    public Task Handle(
        IAsyncStreamReader<Proto.VerifyQualificationBatchRequest> items, IServerStreamWriter<Proto.VerifyQualificationBatchResponse> answers, ServerCallContext context) =>
        Batches.Answer(items, answers, Largest, batch => Answer(batch, context), context.CancellationToken);

    private async Task<IReadOnlyList<Proto.VerifyQualificationBatchResponse>> Answer(
        IReadOnlyList<Proto.VerifyQualificationBatchRequest> items, ServerCallContext context)
    {
        var requested = new (CheckQualification.StaffDay? Day, Status? Problem)[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            var request = items[i].Verify;
            requested[i] = await batches.Try(request, "verify", context, () => Task.FromResult(check.Read(request)));
        }

        // When the records cannot be read, every item that needs them gets that error.
        StaffMemberId[] staff = [.. requested.Where(a => a.Day is not null).Select(a => a.Day!.StaffMember).Distinct()];
        var history = requested.Any(a => a.Day?.KnownAt is not null);
        var (read, outage) = await batches.Try(new Proto.VerifyQualificationRequest(), "verify", context, async () =>
            (Result<Found>)new Found((await records.Read(staff, context.CancellationToken, history)).ToDictionary(r => r.Member.Id)));

        var answers = new Proto.VerifyQualificationBatchResponse[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            var (day, problem) = requested[i];
            answers[i] = new() { ItemId = items[i].ItemId };
            if (day is null || read is null)
                answers[i].Problem = problem ?? outage;
            else if (check.Answer(day, read.Records.GetValueOrDefault(day.StaffMember), items[i].Brief).Is(out var answer, out var missing))
                answers[i].Qualification = answer;
            else
                answers[i].Problem = missing.ToStatus();
        }

        return answers;
    }

    private sealed record Found(IReadOnlyDictionary<StaffMemberId, StaffRecord> Records);
}
