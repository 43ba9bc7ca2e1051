using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts.Events;
using Ips.Reporting.Db;
using Ips.Reporting.Feeds;
using Ips.Reporting.Rebuilding;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Operations;

/// <summary>How far events have arrived, and to which one the facts are verified. No event itself, and nothing about people.</summary>
public sealed class GetNumbersStatus(ReportingDb db, SharedEventLog log, LastVerification last)
{
    private const int Latest = 100;

    public async Task<Result<Proto.NumbersStatus>> Handle(Proto.GetNumbersStatusRequest request, CancellationToken cancellationToken)
    {
        Proto.NumbersStatus reply = new()
        {
            LastEvent = (await log.Range(cancellationToken)).Last,
            VerifiedToEvent = last.Found is { Agrees: true } found ? found.Position : 0,
            VerifyTime = last.At?.ToTimestamp(),
            Verified = last.Found?.Agrees == true,
        };
        foreach (var service in EventFeedTypes.Names.Select(name => EventCatalog.Find(name)!).GroupBy(type => type.Service).OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            string[] types = [.. service.Select(type => type.WireName)];
            var events = await db.SharedEvents.AsNoTracking().Where(e => types.Contains(e.Type)).OrderByDescending(e => e.Position).Take(Latest)
                .Select(e => new { e.OccurredAt, e.ReceivedAt }).ToListAsync(cancellationToken);
            if (events.Count == 0)
                continue;
            var latest = events.MaxBy(e => e.OccurredAt)!;
            reply.Sources.Add(new Proto.SourceStatus
            {
                Source = $"/ips/{service.Key}",
                LastOccurTime = latest.OccurredAt.ToTimestamp(),
                LastReceiveTime = latest.ReceivedAt.ToTimestamp(),
                SlowestSeconds = Math.Max(0, events.Max(e => (long)(e.ReceivedAt - e.OccurredAt).TotalSeconds)),
            });
        }

        return reply;
    }
}

/// <summary>Maps the rpc to the use case.</summary>
public sealed class OperationsRpc(Lazy<GetNumbersStatus> get) : Proto.Operations.OperationsBase
{
    public override async Task<Proto.NumbersStatus> GetNumbersStatus(Proto.GetNumbersStatusRequest request, ServerCallContext context) =>
        (await get.Value.Handle(request, context.CancellationToken)).OrThrow();
}
