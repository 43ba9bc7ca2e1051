using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ServiceNotesRpc(
    Lazy<RecordServiceNote> record, Lazy<RecordServiceNotes> recordMany, Lazy<CoSignServiceNote> coSign,
    Lazy<AddAddendum> add, Lazy<VoidServiceNote> @void, Lazy<FindServiceNotes> find) : Proto.ServiceNotes.ServiceNotesBase
{
    public override async Task<Proto.ServiceNote> RecordServiceNote(Proto.RecordServiceNoteRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task RecordServiceNotes(
        IAsyncStreamReader<Proto.RecordServiceNotesRequest> requestStream, IServerStreamWriter<Proto.RecordServiceNotesResponse> responseStream,
        ServerCallContext context) =>
        recordMany.Value.Handle(requestStream, responseStream, context);

    public override async Task<Proto.ServiceNote> CoSignServiceNote(Proto.CoSignServiceNoteRequest request, ServerCallContext context) =>
        (await coSign.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ServiceNote> AddAddendum(Proto.AddAddendumRequest request, ServerCallContext context) =>
        (await add.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ServiceNote> VoidServiceNote(Proto.VoidServiceNoteRequest request, ServerCallContext context) =>
        (await @void.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ServiceNote> GetServiceNote(Proto.GetServiceNoteRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListServiceNotesResponse> ListServiceNotes(Proto.ListServiceNotesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
