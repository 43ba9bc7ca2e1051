using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Rpc.Tests.V1;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>Who may call is decided by the same metadata on both wires.</summary>
public sealed class AccessTests
{
    [Theory]
    [InlineData(null, 401, StatusCode.Unauthenticated)]
    [InlineData("reader", 200, StatusCode.OK)]
    public async Task Attributes_of_the_class_guard_both_wires(string? role, int http, StatusCode code)
    {
        await using var app = await Start();

        Assert.Equal(http, await JsonStatus(app, HttpMethod.Get, "/v1/books/x", role));
        Assert.Equal(code, await GrpcStatus(app, (client, headers) => client.GetBookAsync(new BookRequest(), headers), role));
    }

    [Theory]
    [InlineData("reader", 403, StatusCode.PermissionDenied)]
    [InlineData("editor", 200, StatusCode.OK)]
    public async Task Attributes_of_the_method_guard_both_wires(string role, int http, StatusCode code)
    {
        await using var app = await Start();

        Assert.Equal(http, await JsonStatus(app, HttpMethod.Delete, "/v1/shelves/1/books/2", role));
        Assert.Equal(code, await GrpcStatus(app, (client, headers) => client.DeleteBookAsync(new BookRequest(), headers), role));
    }

    [Fact]
    public async Task Every_endpoint_has_its_rpc_and_its_rule_as_metadata()
    {
        await using var app = await Start();
        var endpoints = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null).ToList();

        var get = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()!.MethodDescriptor.Name == "GetBook").ToList();
        Assert.Equal(["/v1/books/{name}", "/v1/{name=shelves/*/books/*}"], get.Select(e => e.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()!.HttpRule.Get)
            .Order(StringComparer.Ordinal));
        Assert.All(endpoints, endpoint =>
        {
            var rpc = endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!;
            Assert.Equal(typeof(GuardedRpc), rpc.ServiceType);
            Assert.Equal(endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>()!.MethodDescriptor.Name, rpc.Method.Name);
            Assert.NotNull(endpoint.Metadata.GetMetadata<IAuthorizeData>());
        });
    }

    private static async Task<WebApplication> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
            server.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, RoleHeader>("test", null);
        builder.Services.AddAuthorization();
        builder.Services.AddRouting().AddGrpc().AddJsonTranscoding();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGrpcService<GuardedRpc>();
        await app.StartAsync();
        return app;
    }

    private static async Task<int> JsonStatus(WebApplication app, HttpMethod method, string path, string? role)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var request = new HttpRequestMessage(method, path);
        if (role is not null)
            request.Headers.Add("role", role);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task<StatusCode> GrpcStatus(WebApplication app, Func<Catalog.CatalogClient, Metadata, AsyncUnaryCall<BookRequest>> call, string? role)
    {
        using var channel = GrpcChannel.ForAddress(app.Urls.Last());
        try
        {
            await call(new Catalog.CatalogClient(channel), role is null ? [] : new Metadata { { "role", role } });
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    [Authorize]
    private sealed class GuardedRpc : Catalog.CatalogBase
    {
        public override Task<BookRequest> GetBook(BookRequest request, ServerCallContext context) => Task.FromResult(request);

        [Authorize(Roles = "editor")]
        public override Task<BookRequest> DeleteBook(BookRequest request, ServerCallContext context) => Task.FromResult(request);
    }

    private sealed class RoleHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(Request.Headers["role"].ToString() is { Length: > 0 } role
                ? AuthenticateResult.Success(new(new(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
