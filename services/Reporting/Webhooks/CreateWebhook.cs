using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Feeds;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>Registers an address.</summary>
public sealed class CreateWebhook(
    SharedEventLog log, WebhookClient client, PersonalDataProtector protector, Requests requests, Caller caller, TimeProvider clock)
{
    public Task<Result<Proto.Webhook>> Handle(Proto.CreateWebhookRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Url.Length > 0, "url", "is missing; send an https address");
        List<string> types = [];
        foreach (var (i, name) in request.EventTypes.Index())
        {
            if (EventCatalog.Find(name) is { } type && EventFeedTypes.Names.Contains(type.WireName))
                types.Add(type.WireName);
            else
                fields.Wrong($"event_types[{i}]", "is not a type of this feed; send one such as us.ips.billing.milestone.decided.v1");
        }

        var from = fields.OptionalDay("from_day", request.FromDay);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Webhook>>(bad);
        return requests.Run<long, Proto.Webhook>(false, request.RequestId, request, async s =>
        {
            if (await client.Complaint(request.Url, s) is { } complaint)
                return new Problem.Invalid("url", complaint);
            var last = (await log.Range(s)).Last;
            return from is { } day ? await log.Before(day, s) ?? last : last;
        }, (position, _, _) =>
        {
            Changes changes = new(clock.GetUtcNow());
            var secret = WebhookClient.NewSecret();
            var webhook = changes.Insert(new Webhook
            {
                Id = WebhookId.New(clock),
                Role = caller.Role,
                Organization = caller.Organization,
                Url = request.Url,
                Types = string.Join(' ', types.Distinct()),
                Secret = protector.Protect(secret),
                State = Proto.WebhookState.Active,
                Position = position,
                CreatedAt = changes.Now,
            });
            return Task.FromResult<Result<Decided<Proto.Webhook>>>(new Decided<Proto.Webhook>(webhook.ToProto(secret), changes));
        }, cancellationToken);
    }
}
