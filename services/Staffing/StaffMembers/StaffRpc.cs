using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class StaffRpc(
    Lazy<RegisterStaffMember> register, Lazy<RecordStaffFacts> record, Lazy<CheckQualification> check, Lazy<FindStaff> find,
    Lazy<CorrectStaffMember> correct, Lazy<RecordExperience> experience, Lazy<VerifyCredential> verify, Lazy<EndEmployment> end,
    Lazy<VerifyQualificationBatch> verifyBatch)
    : Proto.Staff.StaffBase
{
    public override async Task<Proto.StaffMember> RegisterStaffMember(Proto.RegisterStaffMemberRequest request, ServerCallContext context) =>
        (await register.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.StaffMember> GetStaffMember(Proto.GetStaffMemberRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListStaffResponse> ListStaff(Proto.ListStaffRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Credential> AddCredential(Proto.AddCredentialRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.RoleAssignment> AssignRole(Proto.AssignRoleRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Qualification> CheckQualification(Proto.CheckQualificationRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Qualification> VerifyQualification(Proto.VerifyQualificationRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task VerifyQualificationBatch(
        IAsyncStreamReader<Proto.VerifyQualificationBatchRequest> requestStream, IServerStreamWriter<Proto.VerifyQualificationBatchResponse> responseStream,
        ServerCallContext context) => verifyBatch.Value.Handle(requestStream, responseStream, context);

    public override async Task<Proto.StaffMember> CorrectStaffMember(Proto.CorrectStaffMemberRequest request, ServerCallContext context) =>
        (await correct.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Experience> RecordExperience(Proto.RecordExperienceRequest request, ServerCallContext context) =>
        (await experience.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Credential> VerifyCredential(Proto.VerifyCredentialRequest request, ServerCallContext context) =>
        (await verify.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.StaffMember> WithdrawStaffRecord(Proto.WithdrawStaffRecordRequest request, ServerCallContext context) =>
        (await verify.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.RoleAssignment> EndRole(Proto.EndRoleRequest request, ServerCallContext context) =>
        (await end.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Separation> SeparateStaffMember(Proto.SeparateStaffMemberRequest request, ServerCallContext context) =>
        (await end.Value.Handle(request, context.CancellationToken)).OrThrow();
}
