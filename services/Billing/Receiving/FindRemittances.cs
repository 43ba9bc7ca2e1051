using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>Reads files that came in, postings and work items.</summary>
public sealed class FindRemittances(BillingDb db, PersonalDataProtector protector)
{
    public async Task<Result<Proto.ReceivedFile>> Handle(Proto.GetReceivedFileRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReceivedFileId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ReceivedFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancellationToken) is { } file
            ? file.ToProto() : new Problem.NotFound("received file", request.Name);
    }

    public async Task<Result<Proto.ListReceivedFilesResponse>> Handle(Proto.ListReceivedFilesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.ReceivedFiles.AsNoTracking().ToPage(page, f => f.Id, cancellationToken);
        return new Proto.ListReceivedFilesResponse { ReceivedFiles = { items.Select(f => f.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListPostingsResponse>> Handle(Proto.ListPostingsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var claim = fields.OptionalId<ClaimId>("claim", request.Claim);
        var file = fields.OptionalId<ReceivedFileId>("received_file", request.ReceivedFile);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Postings.AsNoTracking();
        if (claim is { } ofClaim)
            query = query.Where(p => p.ClaimId == ofClaim);
        if (file is { } ofFile)
            query = query.Where(p => p.ReceivedFileId == ofFile);
        var (items, next) = await query.ToPage(page, p => p.Id, cancellationToken);
        return new Proto.ListPostingsResponse { Postings = { items.Select(p => p.ToProto(protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListWorkItemsResponse>> Handle(Proto.ListWorkItemsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (request.Kind == Proto.WorkItemKind.LineChanged)
            return await Changed(page, cancellationToken);
        var query = db.WorkItems.AsNoTracking();
        if (request.Kind != Proto.WorkItemKind.Unspecified)
            query = query.Where(w => w.Kind == request.Kind);
        if (!request.IncludeResolved)
            query = query.Where(w => w.ResolvedAt == null);
        var (items, next) = await query.ToPage(page, w => w.Id, cancellationToken);
        return new Proto.ListWorkItemsResponse { WorkItems = { items.Select(w => w.ToProto()) }, NextPageToken = next };
    }

    /// <summary>
    /// Claims whose line needs attention since they were sent. Read from the lines as they are now, so that a line that stands again leaves no item behind.
    /// </summary>
    private async Task<Result<Proto.ListWorkItemsResponse>> Changed(Paging page, CancellationToken cancellationToken)
    {
        var (claims, next) = await db.Claims.AsNoTracking().Where(c => c.Live && c.Number != "" && c.State != Proto.ClaimState.WrittenOff
            && c.Frequency != Proto.ClaimFrequency.Void && db.ClaimLines.Any(l => l.Id == c.ClaimLineId && l.State == Proto.ClaimLineState.Attention))
            .ToPage(page, c => c.Id, cancellationToken);
        var ids = claims.ConvertAll(c => c.ClaimLineId);
        var lines = await db.ClaimLines.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, cancellationToken);
        return new Proto.ListWorkItemsResponse
        {
            WorkItems =
            {
                claims.Select(c => new Proto.WorkItem
                {
                    Kind = Proto.WorkItemKind.LineChanged,
                    Open = true,
                    Claim = c.Id.Name,
                    What = "the line needs attention since the claim was sent",
                    Codes = { lines[c.ClaimLineId].Refusals.Select(r => r.RuleId) },
                    Guide = c.IsDecided ? "Confirm with CorrectClaim: a void, or a replacement with a line that is ready."
                        : "Wait until the payer has decided on it, then confirm a void or a replacement with CorrectClaim.",
                    Amount = c.Paid.Dollars(),
                    ActThrough = c.FileThrough.Day(),
                }),
            },
            NextPageToken = next,
        };
    }
}
