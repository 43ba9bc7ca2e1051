using Ips.AppHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The map: what the platform is made of, who asks whom, and who waits for whom.

var (options, complaint) = AppHostOptions.Parse(args);
if (complaint is not null)
{
    Console.Error.WriteLine(complaint);
    return complaint == AppHostOptions.Usage ? 0 : 2;
}
try
{
    var key = SandboxKey.In(options.Data);
    if (options.Token is { } wanted)
    {
        Console.WriteLine(key.Mint(wanted, TimeProvider.System));
        return 0;
    }
    return await RunAsync(key, ParticularsKeys.In(options.Data));
}
catch (Exception e) when (e is DistributedApplicationException or IOException or UnauthorizedAccessException or HttpRequestException)
{
    Console.Error.WriteLine($"\nThe platform did not start. {e.Message}\nWhat each part said is in {Path.Combine(options.Data, "logs")}");
    return 1;
}

async Task<int> RunAsync(SandboxKey key, ParticularsKeys particulars)
{
    var builder = DistributedApplication.CreateBuilder(options.Rest);
    builder.Configuration["Data:Directory"] = options.Data;
    builder.Configuration["Containers"] = $"{options.Containers}";

    // The two servers. A connection string in the configuration takes the place of either.
    IResourceBuilder<PostgresServerResource>? postgres = null;
    var bus = IsGiven("bus")
        ? builder.AddConnectionString("bus")
        : builder.AddRabbitMQ("bus").WithManagementPlugin().WithDataBindMount(options.DataOf("rabbitmq"));

    var reporting = Service<Projects.Reporting>("reporting");
    var staffing = Service<Projects.Staffing>("staffing");
    var fidelity = Service<Projects.Fidelity>("fidelity").WithReference(staffing).WithReference(reporting);
    var eligibility = Service<Projects.Eligibility>("eligibility").WithReference(staffing).WithReference(fidelity);
    var billing = Service<Projects.Billing>("billing").WithReference(eligibility).WithReference(staffing);
    IResourceBuilder<ProjectResource>[] services = [eligibility, staffing, fidelity, billing, reporting];

    await using var app = builder.Build();
    var stopping = app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    try
    {
        await app.StartAsync();
        await foreach (var healthy in Task.WhenEach(services.Select(service => app.ResourceNotifications.WaitForResourceHealthyAsync(service.Resource.Name, WaitBehavior.StopOnResourceUnavailable, stopping))))
            await healthy;
        if (options.Sandbox) await Sandbox.LoadAsync(options.Data, service => new(services.Single(s => s.Resource.Name == service).GetEndpoint("http").Url), key, transport: null, stopping);
        StartReport.Print(app, builder.Resources, options);
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        // Told to stop while starting: what did start is stopped below.
    }
    await app.WaitForShutdownAsync(CancellationToken.None);
    return 0;

    // Migrations run first and must succeed; then the service starts.
    IResourceBuilder<ProjectResource> Service<TProject>(string name) where TProject : IProjectMetadata, new()
    {
        var database = Database($"{name}-db");
        var migrate = builder.AddProject<TProject>($"{name}-migrate").WithArgs("migrate")
            .WithReference(database).WithReference(bus).WithEnvironment(Settings)
            .WaitFor(database);
        return builder.AddProject<TProject>(name)
            .WithHttpEndpoint(port: Port(name, "http"), name: "http")
            .WithHttpEndpoint(port: Port(name, "grpc"), name: "grpc").WithEndpoint("grpc", endpoint => endpoint.Transport = "http2")
            .WithExternalHttpEndpoints()
            .WithReference(database).WithReference(bus).WithEnvironment(Settings).WithEnvironment(Listen)
            .WithHttpHealthCheck("/health", endpointName: "http")
            .WaitFor(bus).WaitForCompletion(migrate);
    }

    IResourceBuilder<IResourceWithConnectionString> Database(string name) => IsGiven(name)
        ? builder.AddConnectionString(name)
        : (postgres ??= builder.AddPostgres("postgres").WithDataBindMount(options.DataOf("postgres"))).AddDatabase(name);

    bool IsGiven(string name) => builder.Configuration.GetConnectionString(name) is not null;

    int? Port(string service, string endpoint) => builder.Configuration.GetValue<int?>($"Ports:{service}:{endpoint}");

    // Cleartext cannot negotiate a protocol: one port speaks HTTP/1.1 (JSON, pages), the other HTTP/2 (gRPC).
    void Listen(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables.Remove("ASPNETCORE_URLS");
        foreach (var (name, protocols) in new[] { ("http", "Http1"), ("grpc", "Http2") })
        {
            var port = ((IResourceWithEndpoints)context.Resource).GetEndpoint(name).Property(EndpointProperty.TargetPort);
            variables[$"Kestrel__Endpoints__{name}__Url"] = ReferenceExpression.Create($"http://localhost:{port}");
            variables[$"Kestrel__Endpoints__{name}__Protocols"] = protocols;
        }
    }

    // Sandbox only: production gives Authentication__Authority and Authentication__Audience of its OIDC issuer instead.
    void Settings(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["ASPNETCORE_ENVIRONMENT"] = "Development";
        variables["Authentication__Sandbox__PublicKeyPem"] = key.PublicKeyPem;
        variables["Authentication__Sandbox__PrivateKeyPem"] = key.PrivateKeyPem;   // services sign their own calls to each other
        particulars.Give(variables);
    }
}
