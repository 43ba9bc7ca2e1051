namespace Ips.AppHost;

/// <summary>The configuration that every service gets: the issuer whose tokens it accepts, and the keys of people's data.</summary>
internal interface IServiceSettings
{
    /// <summary>Writes the settings into a service's environment.</summary>
    void Configure(EnvironmentCallbackContext context);

    /// <summary>Writes the settings into the portal's environment: it signs people in and keeps no data.</summary>
    void ConfigurePortal(EnvironmentCallbackContext context);
}

/// <summary>Settings of the sandbox: keys and secrets that are created at the first start and stored in the data directory.</summary>
internal sealed class SandboxSettings(SandboxIssuer issuer, PersonalDataKeys particulars, string data) : IServiceSettings
{
    /// <inheritdoc/>
    public void Configure(EnvironmentCallbackContext context)
    {
        particulars.Configure(context.EnvironmentVariables);
        // A sandbox may not be started for weeks, and its cohort lives through years in minutes.
        (context.EnvironmentVariables["Sweeps__AllowedJump"], context.EnvironmentVariables["Sweeps__KeepSwept"]) = ("1200.00:00:00", "1300.00:00:00");
        context.EnvironmentVariables["Clock__ShiftFile"] = SandboxClock.FileIn(data);
        // One call tries a request.
        context.EnvironmentVariables["Documents__Specimens"] = "true";
        // A sandbox's receivers run on this machine.
        (context.EnvironmentVariables["Webhooks__AllowLoopback"], context.EnvironmentVariables["Fhir__Subscriptions__AllowLoopback"]) = ("true", "true");
        SignIn(context);
    }

    /// <inheritdoc/>
    public void ConfigurePortal(EnvironmentCallbackContext context)
    {
        context.EnvironmentVariables["DataProtection__Directory"] = Path.Combine(data, "keys", "portal");
        SignIn(context);
    }

    // The same settings as with any issuer; see ServiceDefaults/README.md.
    private void SignIn(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["ASPNETCORE_ENVIRONMENT"] = "Development";
        variables["Authentication__Authority"] = issuer.Address;
        if (!context.Resource.HasAnnotationOfType<EndpointAnnotation>())
            return;   // a migration calls no other service
        variables["Authentication__ClientId"] = context.Resource.Name;
        variables["Authentication__ClientSecret"] = issuer.Keys.SecretOf(context.Resource.Name);
    }
}

/// <summary>Settings of a deployment: parameters of the manifest, whose values, secrets above all, are given where it is deployed.</summary>
internal sealed class DeploymentSettings(IDistributedApplicationBuilder builder) : IServiceSettings
{
    private readonly IResourceBuilder<ParameterResource> authority = builder.AddParameter("oidc-authority");
    private readonly IResourceBuilder<ParameterResource> audience = builder.AddParameter("oidc-audience");
    private readonly IResourceBuilder<ParameterResource> clientSecret = builder.AddParameter("oidc-client-secret", secret: true);
    private readonly IResourceBuilder<ParameterResource> dataKey = builder.AddParameter("personal-data-key", secret: true);
    private readonly IResourceBuilder<ParameterResource> hashKey = builder.AddParameter("personal-data-hash-key", secret: true);

    /// <inheritdoc/>
    public void Configure(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        SignIn(context);
        variables["Authentication__Audience"] = audience.Resource;
        variables["PersonalData__Current"] = "1";
        variables["PersonalData__Keys__1"] = dataKey.Resource;
        variables["PersonalData__HashKey"] = hashKey.Resource;
    }

    /// <inheritdoc/>
    public void ConfigurePortal(EnvironmentCallbackContext context)
    {
        SignIn(context);
        context.EnvironmentVariables["DataProtection__Directory"] = "/keys";
    }

    private void SignIn(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["Authentication__Authority"] = authority.Resource;
        variables["Authentication__ClientId"] = context.Resource.Name.Replace("-migrate", "", StringComparison.Ordinal);
        variables["Authentication__ClientSecret"] = clientSecret.Resource;
    }
}
