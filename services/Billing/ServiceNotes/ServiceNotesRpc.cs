using Grpc.Core;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class ServiceNotesRpc(RecordServiceNote record, FindServiceNotes find) : Wire.ServiceNotes.ServiceNotesBase
{
    public override async Task<Wire.ServiceNote> RecordServiceNote(Wire.RecordServiceNoteRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ServiceNote> GetServiceNote(Wire.GetServiceNoteRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListServiceNotesResponse> ListServiceNotes(Wire.ListServiceNotesRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
