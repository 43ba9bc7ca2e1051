using Ips.Contracts;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>Reads webhooks and their deliveries.</summary>
public sealed class FindWebhooks(ReportingDb db)
{
    public async Task<Result<Proto.Webhook>> Handle(Proto.GetWebhookRequest request, CancellationToken cancellationToken) =>
        (await Named(request.Name, cancellationToken)).Then(webhook => webhook.ToProto());

    public async Task<Result<Proto.ListWebhooksResponse>> Handle(Proto.ListWebhooksRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (found, next) = await db.Webhooks.AsNoTracking().ToPage(page, w => w.Id, cancellationToken);
        return new Proto.ListWebhooksResponse { Webhooks = { found.Select(w => w.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListWebhookDeliveriesResponse>> Handle(Proto.ListWebhookDeliveriesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await Named(request.Name, cancellationToken)).Is(out var webhook, out var problem))
            return problem;
        var deliveries = db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == webhook.Id);
        if (request.FailedOnly)
            deliveries = deliveries.Where(d => d.AcknowledgedAt == null);
        var (found, next) = await deliveries.ToPage(page, d => d.EventId, cancellationToken);
        return new Proto.ListWebhookDeliveriesResponse { Deliveries = { found.Select(d => d.ToProto()) }, NextPageToken = next };
    }

    /// <summary>The webhook of a name, if the caller may see it.</summary>
    internal async Task<Result<Webhook>> Named(string name, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<WebhookId>("name", name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Webhooks.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken) is { } webhook
            ? webhook
            : new Problem.NotFound("webhook", name);
    }
}
