using Grpc.Core;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Caseloads;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class CaseloadsRpc(AssignIndividual assign, FindCaseloads find) : Wire.Caseloads.CaseloadsBase
{
    public override async Task<Wire.AssignIndividualResponse> AssignIndividual(Wire.AssignIndividualRequest request, ServerCallContext context) =>
        (await assign.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Assignment> EndAssignment(Wire.EndAssignmentRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListAssignmentsResponse> ListAssignments(Wire.ListAssignmentsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Caseload> CheckCaseload(Wire.CheckCaseloadRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
