using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class CaseloadsRpc(AssignIndividual assign, EndAssignment end, FindCaseloads find) : Proto.Caseloads.CaseloadsBase
{
    public override async Task<Proto.AssignIndividualResponse> AssignIndividual(Proto.AssignIndividualRequest request, ServerCallContext context) =>
        (await assign.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Assignment> EndAssignment(Proto.EndAssignmentRequest request, ServerCallContext context) =>
        (await end.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListAssignmentsResponse> ListAssignments(Proto.ListAssignmentsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Caseload> CheckCaseload(Proto.CheckCaseloadRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
