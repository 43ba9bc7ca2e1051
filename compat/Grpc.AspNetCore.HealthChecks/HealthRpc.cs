using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>The health service of an ASP.NET Core application: runs its checks, and says NOT_SERVING as soon as it is told to stop.</summary>
internal sealed class HealthRpc(
    HealthServiceImpl statuses, ServiceHealth health, IOptions<GrpcHealthChecksOptions> options, IHostApplicationLifetime lifetime) : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested && options.Value.Services.TryFind(request.Service, out _))
            return new HealthCheckResponse { Status = ServingStatus.NotServing };
        if (options.Value.UseHealthChecksCache)
            return await statuses.Check(request, context);
        if (!options.Value.Services.TryFind(request.Service, out var service))
            throw HealthServiceImpl.UnknownService(request.Service);
        return new HealthCheckResponse { Status = await health.Ask(service, context.CancellationToken) };
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // The first answer is fresh, and everyone else who watches may as well know it; later ones come from the publisher.
        if (!options.Value.UseHealthChecksCache && options.Value.Services.TryFind(request.Service, out var service))
            statuses.SetStatus(service.Name, await health.Ask(service, context.CancellationToken));

        if (options.Value.SuppressCompletionOnShutdown)
        {
            await statuses.Watch(request, responseStream, context);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var last = await statuses.WatchUntil(request.Service, responseStream, end.Token);
        if (last is not ServingStatus.NotServing && !context.CancellationToken.IsCancellationRequested)
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
    }
}
