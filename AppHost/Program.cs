using Ips.AppHost;

// The map: what the platform is made of, and who calls whom.
return await CommandLine.RunAsync(args, options =>
{
    var builder = PlatformHost.CreateBuilder(options);
    IServiceSettings settings = builder.ExecutionContext.IsPublishMode
        ? new DeploymentSettings(builder)
        : new SandboxSettings(SandboxKey.In(options.Data), ParticularsKeys.In(options.Data));

    // PostgreSQL with a database per service, and RabbitMQ.
    var servers = new Servers(builder, options);
    var services = new Services(builder, servers, settings);

    // A service, and those that it calls.
    var reporting = services.Add<Projects.Reporting>("reporting");
    var staffing = services.Add<Projects.Staffing>("staffing");
    var fidelity = services.Add<Projects.Fidelity>("fidelity", staffing, reporting);
    var eligibility = services.Add<Projects.Eligibility>("eligibility", staffing, fidelity);
    services.Add<Projects.Billing>("billing", eligibility, staffing);
    return builder;
});
