using Microsoft.Extensions.Configuration;

namespace Ips.AppHost;

/// <summary>
/// The services. In a run each is a program as it was built, and one program migrates all databases before they start. For a deployment, and in an IDE
/// that wants to attach its debugger, each is a project, with a migration job of its own.
/// </summary>
internal sealed class Services(IDistributedApplicationBuilder builder, Servers servers, IServiceSettings settings)
{
    // A service reads whole connection strings and addresses; their parts in further variables, passwords among them, stay away.
    private const ReferenceEnvironmentInjectionFlags Needed =
        ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery;

    private readonly bool asProjects = builder.ExecutionContext.IsPublishMode || builder.Configuration["DEBUG_SESSION_PORT"] is not null;
    private readonly IResourceBuilder<IResourceWithConnectionString> bus = servers.Bus();
    private IResourceBuilder<ServiceResource>? migrations;

    /// <summary>Adds a service with its database, and the services that it calls.</summary>
    public IResourceBuilder<IResourceWithEndpoints> Add<TProject>(string name, params ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TProject : IProjectMetadata, new()
    {
        var database = servers.Database(name);
        return asProjects ? AddProject<TProject>(name, database, calls) : AddProgram<TProject>(name, database, calls);
    }

    /// <summary>Adds calls of a service to services that were added after it.</summary>
    public void Call(IResourceBuilder<IResourceWithEndpoints> service, params ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls) =>
        Refer(builder.CreateResourceBuilder((IResourceWithEnvironment)service.Resource), calls);

    /// <summary>Adds the portal: pages for people, no database, one port.</summary>
    public IResourceBuilder<IResourceWithEndpoints> AddPortal<TProject>(string name, params ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TProject : IProjectMetadata, new() => asProjects
            ? Pages(Project<TProject>(name), ConfigurePortal, port: null, calls)
            : Pages(Program<TProject>(name), ConfigurePortal, port: null, calls);

    // In a run operations find Aspire's dashboard from the portal.
    private void ConfigurePortal(EnvironmentCallbackContext context)
    {
        settings.ConfigurePortal(context);
        if (!context.ExecutionContext.IsPublishMode && builder.Configuration["ASPNETCORE_URLS"] is { Length: > 0 } dashboard)
            context.EnvironmentVariables["Dashboard__Address"] = dashboard;
    }

    /// <summary>Adds the sandbox's issuer, which sends people back to the portal.</summary>
    public void AddIssuer<TProject>(SandboxIssuer issuer, string data, IResourceBuilder<IResourceWithEndpoints> portal)
        where TProject : IProjectMetadata, new() => Pages(Program<TProject>(SandboxIssuer.Resource), context =>
        {
            var variables = context.EnvironmentVariables;
            variables["ASPNETCORE_ENVIRONMENT"] = "Development";
            variables["Data__Directory"] = data;
            variables["Issuer"] = issuer.Address;
            variables["Portal__Address"] = portal.GetEndpoint("http");
        }, issuer.Port, []);

    private IResourceBuilder<TService> Pages<TService>(
        IResourceBuilder<TService> service, Action<EnvironmentCallbackContext> settings, int? port,
            ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TService : IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
    {
        service.WithReferenceEnvironment(Needed);
        Refer(service, calls);
        return Listen(service, "http", 8080, port).WithExternalHttpEndpoints()
            .WithEnvironment(settings).WithEnvironment(context => ListenOn(context, ("http", "Http1")))
            .WithServiceHealth();
    }

    /// <summary>Adds a command of a service's program as a resource that runs when it is started by hand; in a run only.</summary>
    public void AddCommand<TProject>(string service, string command)
        where TProject : IProjectMetadata, new()
    {
        if (asProjects) return;
        var database = (IResourceBuilder<IResourceWithConnectionString>)builder.CreateResourceBuilder(
            (IResourceWithConnectionString)builder.Resources.Single(resource => resource.Name == $"{service}-db"));
        OwnLogin(Program<TProject>($"{service}-{command}").WithArgs(command).WithReference(database), service, database).WithEnvironment(settings.Configure)
            .WithExplicitStart().WithHidden();
    }

    private IResourceBuilder<IResourceWithEndpoints> AddProject<TProject>(
        string name, IResourceBuilder<IResourceWithConnectionString> database, ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TProject : IProjectMetadata, new()
    {
        var migrate = OwnLogin(Project<TProject>($"{name}-migrate").WithArgs("migrate").WithReferenceEnvironment(Needed).WithReference(database)
            .WithReference(bus).WithEnvironment(settings.Configure).WaitFor(database), name, database, bus);
        return With(Project<TProject>(name), database, calls).WaitForCompletion(migrate);
    }

    private IResourceBuilder<IResourceWithEndpoints> AddProgram<TProject>(
        string name, IResourceBuilder<IResourceWithConnectionString> database, ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TProject : IProjectMetadata, new()
    {
        migrations ??= Program<Projects.DbTool>("migrations").WithArgs("migrate").WithEnvironment(settings.Configure)
            .WithIconName("DatabaseArrowUp").WithHiddenOnCompletion(exitCode: 0);
        OwnLogin(migrations.WithReference(database).WaitFor(database), name, database);
        return With(Program<TProject>(name), database, calls).WaitForCompletion(migrations);
    }

    // Headers of a proxy are believed from the networks of ForwardedHeaders:KnownNetworks only; Aspire's own variable would believe everyone.
    private IResourceBuilder<ProjectResource> Project<TProject>(string name)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, project => project.ExcludeLaunchProfile = true).DisableForwardedHeaders();

    private IResourceBuilder<ServiceResource> Program<TProject>(string name)
        where TProject : IProjectMetadata, new()
    {
        ServiceResource service = new(name, ServiceResource.ProgramOf(new TProject()));
        return builder.AddResource(service).WithArgs(service.Program).WithReferenceEnvironment(Needed).WithOtlpExporter();
    }

    private IResourceBuilder<TService> With<TService>(
        IResourceBuilder<TService> service, IResourceBuilder<IResourceWithConnectionString> database,
            ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TService : IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
    {
        service.WithReferenceEnvironment(Needed);
        Refer(service, calls);
        return OwnLogin(Listen(Listen(service, "http", 8080), "grpc", 8081)
            .WithEndpoint("grpc", endpoint => endpoint.Transport = "http2")
            .WithExternalHttpEndpoints()
            .WithReference(database).WithReference(bus).WithEnvironment(settings.Configure)
            .WithEnvironment(context => ListenOn(context, ("http", "Http1"), ("grpc", "Http2")))
            .WithServiceHealth()
            .WithUrlForEndpoint("grpc", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WaitFor(bus, WaitBehavior.WaitOnResourceUnavailable), service.Resource.Name, database, bus);
    }

    private static void Refer<TService>(IResourceBuilder<TService> service, ReadOnlySpan<IResourceBuilder<IResourceWithEndpoints>> calls)
        where TService : IResourceWithEnvironment
    {
        foreach (var called in calls) service.WithReference(called.GetEndpoint("http")).WithReference(called.GetEndpoint("grpc"));
    }

    // After the references, whose connection strings are the administrator's.
    private IResourceBuilder<TProgram> OwnLogin<TProgram>(
        IResourceBuilder<TProgram> program, string service, params IReadOnlyList<IResourceBuilder<IResourceWithConnectionString>> to)
        where TProgram : IResourceWithEnvironment => program.WithEnvironment(async context =>
        {
            foreach (var server in to) await servers.UseOwnLoginAsync(context, service, server.Resource);
        });

    // A service has its ports to itself, with no proxy before them: they are chosen here, and stay the same when the service is restarted.
    private IResourceBuilder<TService> Listen<TService>(IResourceBuilder<TService> service, string endpoint, int containerPort, int? fixedPort = null)
        where TService : IResourceWithEndpoints
    {
        if (builder.ExecutionContext.IsPublishMode) return service.WithHttpEndpoint(targetPort: containerPort, name: endpoint);
        var port = fixedPort ?? FixedPorts.Of(builder.Configuration, service.Resource.Name, endpoint) ?? LocalServers.Ports.Free();
        return service.WithHttpEndpoint(port: port, targetPort: port, name: endpoint, isProxied: false);
    }

    // Cleartext cannot negotiate a protocol: one port speaks HTTP/1.1 (JSON, pages), the other HTTP/2 (gRPC).
    private static void ListenOn(EnvironmentCallbackContext context, params ReadOnlySpan<(string Endpoint, string Protocol)> endpoints)
    {
        var variables = context.EnvironmentVariables;
        variables.Remove("ASPNETCORE_URLS");
        variables.Remove("HTTP_PORTS");
        var host = context.ExecutionContext.IsPublishMode ? "*" : "localhost";
        foreach (var (name, protocols) in endpoints)
        {
            var port = ((IResourceWithEndpoints)context.Resource).GetEndpoint(name).Property(EndpointProperty.TargetPort);
            variables[$"Kestrel__Endpoints__{name}__Url"] = ReferenceExpression.Create($"http://{host}:{port}");
            variables[$"Kestrel__Endpoints__{name}__Protocols"] = protocols;
        }
    }
}
