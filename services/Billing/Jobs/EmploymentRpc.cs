using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class EmploymentRpc(Lazy<RecordJob> job, Lazy<RecordEducation> education, Lazy<FindEmployment> find, Lazy<JobSupport> support, Lazy<EmployerLog> employers) : Proto.Employment.EmploymentBase
{
    public override async Task<Proto.Job> RecordJob(Proto.RecordJobRequest request, ServerCallContext context) =>
        (await job.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Job> UpdateJob(Proto.UpdateJobRequest request, ServerCallContext context) =>
        (await job.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Job> GetJob(Proto.GetJobRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListJobsResponse> ListJobs(Proto.ListJobsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Education> RecordEducation(Proto.RecordEducationRequest request, ServerCallContext context) =>
        (await education.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Education> UpdateEducation(Proto.UpdateEducationRequest request, ServerCallContext context) =>
        (await education.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Education> GetEducation(Proto.GetEducationRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListEducationsResponse> ListEducations(Proto.ListEducationsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.JobSupport> CheckJobSupport(Proto.CheckJobSupportRequest request, ServerCallContext context) =>
        (await support.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.EmployerContact> RecordEmployerContact(Proto.RecordEmployerContactRequest request, ServerCallContext context) =>
        (await employers.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListEmployerContactsResponse> ListEmployerContacts(Proto.ListEmployerContactsRequest request, ServerCallContext context) =>
        (await employers.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.EmployerLog> CheckEmployerLog(Proto.CheckEmployerLogRequest request, ServerCallContext context) =>
        (await employers.Value.Handle(request, context.CancellationToken)).OrThrow();
}
