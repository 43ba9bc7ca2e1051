using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class RosterRpc(
    Lazy<SendRosterEntry> send, Lazy<SendRosterEntries> sendMany, Lazy<AnswerRosterEntry> answer, Lazy<FindRosterEntries> find) : Proto.Roster.RosterBase
{
    public override async Task<Proto.RosterEntry> SendRosterEntry(Proto.SendRosterEntryRequest request, ServerCallContext context) =>
        (await send.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task SendRosterEntries(
        Proto.SendRosterEntriesRequest request, IServerStreamWriter<Proto.SendRosterEntriesResponse> responseStream, ServerCallContext context) =>
        sendMany.Value.Handle(request, responseStream, context.CancellationToken);

    public override async Task<Proto.RosterEntry> GetRosterEntry(Proto.GetRosterEntryRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListRosterEntriesResponse> ListRosterEntries(Proto.ListRosterEntriesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.RosterEntry> AcceptRosterEntry(Proto.AcceptRosterEntryRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.RosterEntry> DeclineRosterEntry(Proto.DeclineRosterEntryRequest request, ServerCallContext context) =>
        (await answer.Value.Handle(request, context.CancellationToken)).OrThrow();
}
