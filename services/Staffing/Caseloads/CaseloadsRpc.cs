using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class CaseloadsRpc(
    Lazy<AssignIndividual> assign, Lazy<EndAssignment> end, Lazy<FindCaseloads> find, Lazy<TransferCaseload> transfer, Lazy<RecordCaseloadFacts> record)
    : Proto.Caseloads.CaseloadsBase
{
    public override async Task<Proto.AssignIndividualResponse> AssignIndividual(Proto.AssignIndividualRequest request, ServerCallContext context) =>
        (await assign.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Assignment> EndAssignment(Proto.EndAssignmentRequest request, ServerCallContext context) =>
        (await end.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListAssignmentsResponse> ListAssignments(Proto.ListAssignmentsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Caseload> CheckCaseload(Proto.CheckCaseloadRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TransferCaseloadResponse> TransferCaseload(Proto.TransferCaseloadRequest request, ServerCallContext context) =>
        (await transfer.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Assignment> RecordTreatmentTeam(Proto.RecordTreatmentTeamRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.WorkTime> RecordWorkTime(Proto.RecordWorkTimeRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();
}
