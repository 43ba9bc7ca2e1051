using Grpc.Core;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Webhooks;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class WebhooksRpc(Lazy<CreateWebhook> create, Lazy<FindWebhooks> find, Lazy<ChangeWebhook> change, Lazy<TestWebhook> test)
    : Proto.Webhooks.WebhooksBase
{
    public override async Task<Proto.Webhook> CreateWebhook(Proto.CreateWebhookRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Webhook> GetWebhook(Proto.GetWebhookRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListWebhooksResponse> ListWebhooks(Proto.ListWebhooksRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Webhook> RotateWebhookSecret(Proto.RotateWebhookSecretRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.WebhookTest> TestWebhook(Proto.TestWebhookRequest request, ServerCallContext context) =>
        (await test.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Webhook> ReplayWebhook(Proto.ReplayWebhookRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Webhook> EnableWebhook(Proto.EnableWebhookRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Webhook> DisableWebhook(Proto.DisableWebhookRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListWebhookDeliveriesResponse> ListWebhookDeliveries(
        Proto.ListWebhookDeliveriesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
