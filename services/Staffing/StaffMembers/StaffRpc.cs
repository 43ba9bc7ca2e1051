using Grpc.Core;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class StaffRpc(RegisterStaffMember register, RecordStaffFacts record, CheckQualification check, FindStaff find) : Wire.Staff.StaffBase
{
    public override async Task<Wire.StaffMember> RegisterStaffMember(Wire.RegisterStaffMemberRequest request, ServerCallContext context) =>
        (await register.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.StaffMember> GetStaffMember(Wire.GetStaffMemberRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListStaffResponse> ListStaff(Wire.ListStaffRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Credential> AddCredential(Wire.AddCredentialRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.RoleAssignment> AssignRole(Wire.AssignRoleRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Qualification> CheckQualification(Wire.CheckQualificationRequest request, ServerCallContext context) =>
        (await check.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Qualification> VerifyQualification(Wire.VerifyQualificationRequest request, ServerCallContext context) =>
        (await check.Handle(request, context.CancellationToken)).OrThrow();
}
