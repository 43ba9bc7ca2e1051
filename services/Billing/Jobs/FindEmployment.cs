using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>Reads jobs and education.</summary>
public sealed class FindEmployment(BillingDb db, PersonalDataProtector protector)
{
    public async Task<Result<Proto.Job>> Handle(Proto.GetJobRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<JobId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Jobs.AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, cancellationToken) is { } found
            ? found.ToProto(protector)
            : new Problem.NotFound("job", request.Name);
    }

    public async Task<Result<Proto.ListJobsResponse>> Handle(Proto.ListJobsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Jobs.AsNoTracking();
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(j => j.IndividualId == person);
        }

        var (items, next) = await query.ToPage(page, j => j.Id, cancellationToken);
        return new Proto.ListJobsResponse { Jobs = { items.Select(j => j.ToProto(protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.Education>> Handle(Proto.GetEducationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<EducationId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Educations.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } found
            ? found.ToProto(protector)
            : new Problem.NotFound("education", request.Name);
    }

    public async Task<Result<Proto.ListEducationsResponse>> Handle(Proto.ListEducationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Educations.AsNoTracking();
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(e => e.IndividualId == person);
        }

        var (items, next) = await query.ToPage(page, e => e.Id, cancellationToken);
        return new Proto.ListEducationsResponse { Educations = { items.Select(e => e.ToProto(protector)) }, NextPageToken = next };
    }
}
